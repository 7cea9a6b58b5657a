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
  signOut,
} from "./drive-browser.js";
import { PATIENCE_MS, useStage } from "./stage.js";

describe("signing in and out in a browser", () => {
  const stage = useStage();

  it("shows profile and payslips, asks for a second factor once, and ends both sessions", async () => {
    const page = await stage.arrive();
    await page.goto("/");
    await followLink(page, "Sign in");
    await pickAccount(page, "Ada");
    await enterPassword(page);
    await seeHeading(page, "Hello, Ada Okafor");
    await openCard(page, "Your profile");
    await seeHeading(page, "Your profile");
    await seeText(page, "ada@sandbox.example");

    await followLink(page, "All scenarios");
    await openCard(page, "Your payslips");
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
    expect(new URL(page.url()).pathname).toBe("/payslips");
    expect(await page.getByRole("row").count()).toBeGreaterThan(1);

    stage.forgetReceived();
    await page.reload();
    await seeHeading(page, "Your payslips");
    expect(stage.sandboxReceived).toEqual([]);
    expect(stage.payrollReceived).toEqual(["GET /payslips"]);

    await signOut(page);
    await followLink(page, "Sign in");
    await seeHeading(page, "Pick an account");
    expect(await page.getByText("Signed in", { exact: true }).count()).toBe(0);
    await pickAccount(page, "Ada");
    await seeHeading(page, "Enter password");
  });

  it("needs no JavaScript for sign-in, payslips, a form and sign-out", async () => {
    const page = await stage.arrive({ javaScriptEnabled: false });
    await page.goto("/payslips");
    await pickAccount(page, "Ada");
    await enterPassword(page);
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
    await page.goto("/bank-account");
    await page.getByLabel("IBAN").fill(IBAN_SHOWN);
    await press(page, "Change bank account");
    await seeHeading(page, "Bank account changed");
    await signOut(page);
    await page.goto("/profile");
    await seeHeading(page, "Pick an account");
  });

  it("runs no script but its own", async () => {
    const page = await stage.arrive();
    await page.goto("/");
    const injected = "document.body.append(Object.assign(document.createElement('script'),";
    await page.evaluate(`${injected} { text: "document.title = 'Injected'" }))`);
    await expect.poll(() => stage.complaints.length, { timeout: PATIENCE_MS }).toBe(1);
    expect(await page.title()).not.toBe("Injected");
    stage.complaints.length = 0;
  });

  it("shows nobody's data to whoever goes back after signing out", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/profile");
    await seeText(page, "ada@sandbox.example");
    await signOut(page);
    await page.goBack();
    await seeHeading(page, "Pick an account");
  });

  it("asks somebody whom another site sends to sign in again, and goes on by a link", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto(stage.sandbox.url);
    await page.evaluate(
      `location.href = ${JSON.stringify(`${stage.url}/signin?returnTo=/profile`)}`,
    );
    await seeHeading(page, "Sign in again?");
    await seeText(page, "Ada Okafor");
    expect(stage.receivedAt("/authorize")).toEqual([]);
    await followLink(page, "Sign in again");
    await seeHeading(page, "Your profile");
    expect(stage.receivedAt("/authorize")).toHaveLength(1);
  });

  it("ends the session here when the person signs out at the sandbox", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto(`${stage.sandbox.url}/${stage.sandbox.tenantId}/oauth2/v2.0/logout`);
    await seeHeading(page, "You signed out");
    await expect
      .poll(() => stage.logLines.some((line) => line.includes("/frontchannel-logout")))
      .toBe(true);
    await page.goto(`${stage.url}/profile`);
    await seeHeading(page, "Pick an account");
  });

  it("keeps two people apart who use the app at the same time", async () => {
    const adas = await stage.arrive({ signedInAs: "Ada" });
    const cleos = await stage.arrive({ signedInAs: "Cleo" });
    await adas.goto("/payslips");
    await cleos.goto("/payslips");
    await approveOnPhone(adas);
    await approveOnPhone(cleos);
    await seeHeading(adas, "Your payslips");
    await seeHeading(cleos, "Your payslips");
    const adasRows = await adas.getByRole("row").allInnerTexts();
    expect(await cleos.getByRole("row").allInnerTexts()).not.toEqual(adasRows);
    await Promise.all([adas.goto("/profile"), cleos.goto("/profile")]);
    await seeText(adas, "ada@sandbox.example");
    await seeText(cleos, "cleo@sandbox.example");
  });

  it("gives the second person who signs in in a browser nothing of the first", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/payslips" });
    await page.goto("/signin?prompt=select_account");
    await pickAccount(page, "Cleo");
    await enterPassword(page);
    await seeHeading(page, "Hello, Cleo Lindqvist");
    await openCard(page, "Your payslips");
    // Ada's token has the second factor already; Cleo's must not come from there.
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
    await page.goto("/profile");
    await seeText(page, "cleo@sandbox.example");
  });

  it("lets Ben set up his second factor on the way, and mends what he mistypes", async () => {
    const page = await stage.arrive();
    await page.goto("/payslips");
    await pickAccount(page, "Ben");
    await page.getByLabel("Password").fill("wrong");
    await press(page, "Sign in");
    await page.getByRole("alert").waitFor();
    await enterPassword(page);
    await seeHeading(page, "Set up your second factor");
    await press(page, "Pair this phone");
    await press(page, "No, it’s not me");
    await page.getByRole("alert").waitFor();
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
  });

  it("explains a cancelled sign-in, and the next one goes where it was meant to", async () => {
    const page = await stage.arrive();
    await page.goto("/profile");
    await press(page, "Cancel");
    await seeHeading(page, "You cancelled");
    await seeText(page, "ERR_CANCELLED");
    await followLink(page, "Try again");
    await pickAccount(page, "Ada");
    await enterPassword(page);
    await seeHeading(page, "Your profile");
  });

  it("tells Dan that he is not assigned, and lets him use another account", async () => {
    const page = await stage.arrive();
    await page.goto("/signin");
    await pickAccount(page, "Dan");
    await enterPassword(page);
    await press(page, "Back to the app");
    await seeText(page, "ERR_NOT_ASSIGNED");
    await seeText(page, "AADSTS50105");
    await followLink(page, "Use another account");
    await pickAccount(page, "Ada");
    await enterPassword(page);
    await seeHeading(page, "Hello, Ada Okafor");
  });
});
