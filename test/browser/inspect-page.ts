import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The widths of screens, in CSS pixels; a page must fit the first (WCAG 2.2, criterion 1.4.10). */
const WIDTHS = [320, 375, 768, 1280];

/** The colours in which the narrowest and the widest screen show the page to axe. */
const SCHEMES: Readonly<Record<number, "light" | "dark">> = { 320: "dark", 1280: "light" };

/**
 * Returns the accessibility problems of a page: axe's findings on the narrowest screen in dark colours
 * and on the widest in light ones; and the widths at which the page scrolls sideways, also when it is
 * written from right to left as machine translation does.
 */
export async function inspectPage(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const problems: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 720 });
    problems.push(...(await findOverflow(page, width)));
    await page.evaluate("document.documentElement.dir = 'rtl'");
    problems.push(...(await findOverflow(page, width)));
    await page.evaluate("document.documentElement.dir = ''");
    // Between the ends, only the places of things differ.
    const colorScheme = SCHEMES[width];
    if (colorScheme === undefined) continue;
    await page.emulateMedia({ colorScheme });
    problems.push(...(await runAxe(page)));
  }
  return problems;
}

async function runAxe(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>(
    'axe.run({ resultTypes: ["violations"] })',
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

async function findOverflow(page: Page, width: number): Promise<string[]> {
  const needed = await page.evaluate<number>("document.documentElement.scrollWidth");
  return needed > width ? [`${needed} pixels wide on a screen of ${width}`] : [];
}
