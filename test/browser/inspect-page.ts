import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A common screen, in CSS pixels. */
const WIDE = { width: 1280, height: 720 };
/** The narrowest screen that a page must fit (WCAG 2.2, success criterion 1.4.10). */
const NARROW = { width: 320, height: 720 };

/**
 * Returns the accessibility problems of a page: axe's findings on a wide screen in light colours, and
 * its findings about colours on the narrowest screen in dark ones, where the page must not scroll
 * sideways either.
 */
export async function inspectPage(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "light" });
  const inLight = await runAxe(page, {});
  await page.setViewportSize(NARROW);
  await page.emulateMedia({ colorScheme: "dark" });
  const inDark = await runAxe(page, { runOnly: ["color-contrast"] });
  return [...inLight, ...inDark, ...(await findOverflow(page))];
}

async function runAxe(page: Page, options: object): Promise<string[]> {
  const run = `axe.run(${JSON.stringify({ resultTypes: ["violations"], ...options })})`;
  const { violations } = await page.evaluate<AxeResults>(run);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

async function findOverflow(page: Page): Promise<string[]> {
  const width = await page.evaluate<number>("document.documentElement.scrollWidth");
  return width > NARROW.width ? [`${width} pixels wide on a screen of ${NARROW.width}`] : [];
}
