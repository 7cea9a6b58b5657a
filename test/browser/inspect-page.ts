import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The narrowest screen that a page must fit, in CSS pixels (WCAG 2.2, success criterion 1.4.10). */
const NARROWEST = 320;

/**
 * Gives what is wrong with a page for people who see, hear or hold it otherwise: axe's findings in
 * light and in dark, and whether it scrolls sideways on the narrowest screen.
 */
export async function inspectPage(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  await page.emulateMedia({ colorScheme: "light" });
  const inLight = await runAxe(page, {});
  // Only colours differ in the dark.
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
  const before = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ ...before, width: NARROWEST });
  const width = await page.evaluate<number>("document.documentElement.scrollWidth");
  await page.setViewportSize(before);
  return width > NARROWEST ? [`${width} pixels wide on a screen of ${NARROWEST}`] : [];
}
