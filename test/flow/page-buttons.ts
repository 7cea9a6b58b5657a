import { expect } from "vitest";
import type { Visited } from "../support/http-browser.js";

/** Returns the buttons of a page, the first of which is the only primary one. */
export function buttonsOf({ body }: Visited): { readonly href: string; readonly label: string }[] {
  const tags = body.matchAll(/<a class="button( primary)?" href="([^"]*)"[^>]*>([^<]*)<\/a>/g);
  return [...tags].map(([, primary, href = "", label = ""], index) => {
    expect(primary !== undefined).toBe(index === 0);
    return { href: href.replaceAll("&amp;", "&"), label };
  });
}

/** Returns their texts. */
export function labelsOf(page: Visited): string[] {
  return buttonsOf(page).map(({ label }) => label);
}
