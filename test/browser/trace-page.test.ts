import { describe, expect, it } from "vitest";
import { approveOnPhone, followLink, press, seeHeading, seeText } from "./drive-browser.js";
import { inspectPage } from "./inspect-page.js";
import { openTrace } from "./open-trace.js";
import { PATIENCE_MS, useStage } from "./stage.js";

describe("the trace page", () => {
  const stage = useStage({ settings: { TRACE: "on" } });

  it("works without JavaScript", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", javaScriptEnabled: false });
    await page.goto("/payslips");
    await approveOnPhone(page);
    await openTrace(page);
    await page.locator("#m4 summary").click();
    await seeText(page, "On the wire");
    await page.getByRole("button", { name: "Clear" }).click();
    await seeText(page, "Nothing yet.");
    await press(page, "Silent");
    await seeHeading(page, "Your profile");
  });

  // Axe reads each page four times, and these are long.
  it("is accessible and fits every screen", { timeout: 6 * PATIENCE_MS }, async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/trace");
    await seeText(page, "Sign-in");
    await page.goto("/payslips");
    await approveOnPhone(page);
    await page.locator(".strip summary").click();
    expect(await inspectPage(page)).toEqual([]);
    await followLink(page, "See the messages");
    for (const summary of await page.locator(".steps summary").all()) await summary.click();
    expect(await inspectPage(page)).toEqual([]);
    await page.getByRole("button", { name: "Clear" }).click();
    await seeText(page, "Nothing yet.");
    expect(await inspectPage(page)).toEqual([]);
  });

  it("follows what happens in another tab, and leaves the focus where it is", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/profile" });
    await page.goto("/profile");
    await page.goto("/trace");
    const count = await page.locator(".trace-actions li").count();
    await page.getByRole("button", { name: "Follow live" }).click();
    await page.locator("#m1 summary").focus();
    const tab = await page.context().newPage();
    await expect
      .poll(
        async () => {
          await tab.goto("/profile");
          return page.locator(".trace-actions li").count();
        },
        { timeout: PATIENCE_MS },
      )
      .toBeGreaterThan(count);
    expect(await page.evaluate<string>("document.activeElement.tagName")).toBe("SUMMARY");
  });

  it("takes the keyboard, until its shortcuts are turned off", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/profile" });
    await page.goto("/profile");
    await openTrace(page);
    await page.keyboard.press("j");
    const first = "document.activeElement.textContent.trim()";
    expect(await page.evaluate<string>(first)).toContain("token is at hand");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    expect(await page.locator("#m1[open]").count()).toBe(1);
    await page.keyboard.press("Escape");
    expect(await page.locator("#m1[open]").count()).toBe(0);
    await page.keyboard.press("?");
    await page.getByLabel("Use these shortcuts").uncheck();
    await page.locator("#m1 summary").focus();
    await page.keyboard.press("j");
    expect(await page.evaluate<string>(first)).toContain("1.");
  });
});
