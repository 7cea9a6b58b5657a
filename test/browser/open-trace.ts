import type { Page } from "playwright-core";
import { followLink, seeHeading } from "./drive-browser.js";

/** Opens the trace page from the strip under a page. */
export async function openTrace(page: Page): Promise<void> {
  await page.locator(".strip summary").click();
  await followLink(page, "See the messages");
  await seeHeading(page, "What happened");
}
