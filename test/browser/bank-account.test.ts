import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { IBAN_SHOWN } from "../support/ibans.js";
import {
  approveOnPhone,
  enterPassword,
  follow,
  followLink,
  pickAccount,
  press,
  seeHeading,
  seeText,
  signOut,
} from "./drive-browser.js";
import { useStage } from "./stage.js";

describe("a form whose write is challenged", () => {
  const stage = useStage();

  /** Sends the form when the sign-in is ten minutes old, and waits for the password page. */
  async function sendWithAnOldSignIn(page: Page): Promise<void> {
    await page.goto("/bank-account");
    await stage.control("people/ada/age-sign-in", { seconds: 600 });
    await page.getByLabel("IBAN").fill(IBAN_SHOWN);
    await press(page, "Change bank account");
    await seeHeading(page, "Enter password");
  }

  it("asks for password and second factor, shows what was typed, and sends it once", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await sendWithAnOldSignIn(page);
    await enterPassword(page);
    await approveOnPhone(page);
    await seeHeading(page, "Confirm your new bank account");
    await seeText(page, IBAN_SHOWN);

    stage.forgetReceived();
    const confirm = page.getByRole("button", { name: "Confirm change" });
    await confirm.dblclick();
    await seeHeading(page, "Bank account changed");
    await seeText(page, IBAN_SHOWN);
    await page.reload();
    await seeHeading(page, "Bank account changed");
    await page.goBack();
    await page.goto("/");
    await seeHeading(page, "Hello, Ada Okafor");
    expect(await page.getByRole("link", { name: /^Continue/ }).count()).toBe(0);
    expect(stage.payrollReceived).toEqual(["POST /bank-account"]);
    expect(stage.sandboxReceived).toEqual([]);
  });

  it("keeps what was typed when the step-up is cancelled, and offers it on the home page", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await sendWithAnOldSignIn(page);
    await press(page, "Cancel");
    await seeHeading(page, "You cancelled");
    await seeText(page, "Your entry is kept");
    await page.getByRole("link", { name: "Continue with your change" }).waitFor();
    await followLink(page, "Go to the home page");
    await followLink(page, /^Continue/);
    await seeHeading(page, "Confirm your new bank account");
    await press(page, "Confirm change");
    await enterPassword(page);
    await approveOnPhone(page);
    await seeHeading(page, "Confirm your new bank account");
    await press(page, "Confirm change");
    await seeHeading(page, "Bank account changed");
    await seeText(page, IBAN_SHOWN);
  });

  it("keeps person and input when another account comes back from the step-up", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await sendWithAnOldSignIn(page);
    await press(page, "Use another account");
    await pickAccount(page, "Cleo");
    await enterPassword(page);
    await approveOnPhone(page);
    await seeText(page, "ERR_OTHER_ACCOUNT");
    await page.getByRole("banner").getByText("ada@sandbox.example").waitFor();
    await followLink(page, "Continue with your change");
    await seeHeading(page, "Confirm your new bank account");
    await seeText(page, IBAN_SHOWN);
    await page.goto("/profile");
    await seeText(page, "ada@sandbox.example");
  });

  it("keeps what was typed in the form when the session has ended meanwhile", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/bank-account");
    await page.getByLabel("IBAN").fill(IBAN_SHOWN);
    const other = await page.context().newPage();
    await other.goto("/");
    await signOut(other);
    await press(page, "Change bank account");
    expect(await page.getByLabel("IBAN").inputValue()).toBe(IBAN_SHOWN);
    const popup = page.waitForEvent("popup");
    await page
      .getByRole("main")
      .getByRole("link", { name: /^sign in/i })
      .click();
    const signInTab = await popup;
    await pickAccount(signInTab, "Ada");
    await enterPassword(signInTab);
    await seeHeading(signInTab, "Your bank account");
    await press(page, "Change bank account");
    await approveOnPhone(page);
    await seeHeading(page, "Confirm your new bank account");
    await seeText(page, IBAN_SHOWN);
  });

  it("marks a wrong IBAN, leads to the field, and takes it when it is mended", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/payslips" });
    await page.goto("/bank-account");
    await press(page, "Change bank account");
    const field = page.getByLabel("IBAN");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await field.fill("DE00 1234");
    await press(page, "Change bank account");
    expect(await field.inputValue()).toBe("DE00 1234");
    await page.getByRole("group", { name: "There is a problem" }).getByRole("link").click();
    await page.locator(":focus").and(field).waitFor();
    await field.fill(IBAN_SHOWN);
    await press(page, "Change bank account");
    await seeHeading(page, "Bank account changed");
  });

  it("changes what was typed with Edit, and forgets it with Discard", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await sendWithAnOldSignIn(page);
    await enterPassword(page);
    await approveOnPhone(page);
    await followLink(page, "Edit");
    expect(await page.getByLabel("IBAN").inputValue()).toBe(IBAN_SHOWN);
    await stage.control("people/ada/age-sign-in", { seconds: 600 });
    await stage.control("people/ada/revoke-sessions", { grant: "kept" });
    await page.getByLabel("IBAN").fill("GB29 NWBK 6016 1331 9268 19");
    await press(page, "Change bank account");
    await enterPassword(page);
    await approveOnPhone(page);
    await seeText(page, "GB29 NWBK 6016 1331 9268 19");
    await follow(page, page.getByRole("button", { name: "Discard" }));
    await seeHeading(page, "Your bank account");
    expect(await page.getByRole("link", { name: /^Continue/ }).count()).toBe(0);
  });
});
