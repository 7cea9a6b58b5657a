import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { IBAN_SHOWN } from "../support/ibans.js";
import {
  approveOnPhone,
  enterPassword,
  followLink,
  openCard,
  pickAccount,
  press,
  seeHeading,
  seeText,
} from "./drive-browser.js";
import { inspectPage } from "./inspect-page.js";
import { useStage } from "./stage.js";

describe("the pages of the web app and the sandbox", () => {
  const stage = useStage();

  /** Waits for the page with this heading, and expects it to be accessible. */
  async function inspect(page: Page, heading: string): Promise<void> {
    await seeHeading(page, heading);
    expect({ heading, problems: await inspectPage(page) }).toEqual({ heading, problems: [] });
  }

  it("are reported when they are not accessible, too wide, or too faint in the dark", async () => {
    const page = await stage.arrive();
    const faintInTheDark = "@media (prefers-color-scheme: dark) { p { color: #eee } }";
    await page.setContent(
      `<style>${faintInTheDark}</style><input><p style="inline-size: 400px">Wide</p>`,
    );
    const problems = (await inspectPage(page)).join();
    expect(problems).toMatch(/^(?=.*label:)(?=.*color-contrast:)(?=.*pixels wide)/s);
  });

  it("are accessible to visitors of the web app", async () => {
    const page = await stage.arrive();
    await page.goto("/");
    await inspect(page, "When an API asks for more");
    await page.goto("/signout");
    await inspect(page, "Nobody is signed in");
    await page.goto("/nothing");
    await inspect(page, "Page not found");
  });

  it("are accessible to people who are signed in", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/payslips" });
    await page.goto("/payslips");
    await inspect(page, "Your payslips");
    await page.goto("/profile");
    await inspect(page, "Your profile");
    await page.goto("/tax-forms");
    await inspect(page, "Your tax forms");
    await page.goto("/signout");
    await inspect(page, "Sign out");
  });

  it("are accessible from the form to the change, with an error and a draft on the way", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/bank-account");
    await inspect(page, "Your bank account");
    await press(page, "Change bank account");
    await page.getByRole("group", { name: "There is a problem" }).waitFor();
    await inspect(page, "Your bank account");
    await stage.control("people/ada/age-sign-in", { seconds: 600 });
    await page.getByLabel("IBAN").fill(IBAN_SHOWN);
    await press(page, "Change bank account");
    await inspect(page, "Enter password");
    await press(page, "Cancel");
    await inspect(page, "You cancelled");
    await page.goto("/");
    await seeText(page, "Not sent yet");
    await inspect(page, "Hello, Ada Okafor");
    await followLink(page, /^Continue/);
    await inspect(page, "Confirm your new bank account");
    await press(page, "Confirm change");
    await enterPassword(page);
    await approveOnPhone(page);
    await press(page, "Confirm change");
    await inspect(page, "Bank account changed");
  });

  it("are accessible where the authority refuses", async () => {
    const page = await stage.arrive({ signedInAs: "Cleo" });
    await page.goto("/tax-forms");
    await inspect(page, "Access denied");
    await press(page, "Back to the app");
    await inspect(page, "You need a managed device");
    await page.goto(`${stage.sandbox.url}/common/oauth2/v2.0/authorize`);
    await inspect(page, "Sign-in stopped");
    await page.goto(`${stage.sandbox.url}/nothing`);
    await inspect(page, "Page not found");
    await page.goto(`${stage.sandbox.url}/common/oauth2/v2.0/logout`);
    await inspect(page, "You signed out");
  });

  it("are accessible all the way through the sandbox's sign-in", async () => {
    await stage.control("people/ben", { consented: false });
    const page = await stage.arrive();
    await page.goto("/payslips");
    await inspect(page, "Pick an account");
    await press(page, "Use another account");
    await page.getByLabel("Username").fill("nobody");
    await press(page, "Next");
    await page.getByRole("alert").waitFor();
    await inspect(page, "Use another account");
    await page.getByLabel("Username").fill("ben@sandbox.example");
    await press(page, "Next");
    await page.getByLabel("Password").fill("wrong");
    await press(page, "Sign in");
    await page.getByRole("alert").waitFor();
    await inspect(page, "Enter password");
    await press(page, "Sign in");
    await inspect(page, "Permissions requested");
    await press(page, "Accept");
    await inspect(page, "Set up your second factor");
    await press(page, "Pair this phone");
    await press(page, "No, it’s not me");
    await page.getByRole("alert").waitFor();
    await inspect(page, "Approve the sign-in");
  });

  it("are accessible where the sandbox is controlled", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await stage.control("people/ada/revoke-sessions", { grant: "kept" });
    await page.goto(stage.sandbox.url);
    await page.getByRole("table").waitFor();
    await inspect(page, "Sandbox controls");
    await page.goto(`${stage.sandbox.url}/?person=cleo@sandbox.example&do=deviceCompliant`);
    await inspect(page, "Sandbox controls");
    await page.goto(`${stage.sandbox.url}/?person=cleo@sandbox.example&do=nothing`);
    await inspect(page, "Sandbox controls");
  });

  it("take the keyboard alone from the home page over a step-up to the payslips", async () => {
    const page = await stage.arrive();
    await page.goto("/");
    await page.keyboard.press("Tab");
    await seeFocus(page.getByRole("link", { name: "Skip to the content" }));
    await page.keyboard.press("Enter");
    await enterAt(page.getByRole("main").getByRole("link", { name: "Sign in" }));
    await enterAt(page.getByRole("button", { name: /^Ada / }));
    await seeFocus(page.getByLabel("Password"));
    await enterAt(page.getByLabel("Password"));
    await enterAt(page.getByRole("link", { name: /^Open.*payslips$/ }));
    const shown = await page.getByText(/^Pick this number on your phone/).innerText();
    await enterAt(page.getByRole("button", { name: /\d\d/.exec(shown)?.[0] ?? "" }));
    await seeHeading(page, "Your payslips");
  });

  it("tell a screen reader what is wrong by moving the focus there", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/");
    await openCard(page, "Your bank account");
    await press(page, "Change bank account");
    await seeFocus(page.getByRole("group", { name: "There is a problem" }));
  });

  it("copy what the help desk needs to the clipboard", async () => {
    const page = await stage.arrive();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto("/signin");
    await pickAccount(page, "Dan");
    await enterPassword(page);
    await press(page, "Back to the app");
    await page.getByRole("button", { name: "Copy details" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(copied).toContain("AADSTS50105");
    expect(copied).toContain("ERR_NOT_ASSIGNED");
  });
});

/** The most presses of the Tab key on one page; no page has as many stops. */
const MAX_TAB_STOPS = 60;

/** Moves the focus to an element with the Tab key, expects it to be visible, and presses Enter. */
async function enterAt(target: Locator): Promise<void> {
  const page = target.page();
  await target.waitFor();
  const focused = target.and(page.locator(":focus"));
  for (let stops = 0; (await focused.count()) === 0; stops += 1) {
    if (stops > MAX_TAB_STOPS) throw new Error("The Tab key does not lead there");
    await page.keyboard.press("Tab");
  }
  await seeFocus(target);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

/** Waits until an element has the focus, and expects an outline. */
async function seeFocus(target: Locator): Promise<void> {
  const page = target.page();
  await target.and(page.locator(":focus")).waitFor();
  const style = "getComputedStyle(document.activeElement).outlineStyle";
  expect(await page.evaluate<string>(style)).not.toBe("none");
}
