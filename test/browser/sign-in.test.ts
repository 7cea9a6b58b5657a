import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  approveOnPhone,
  enterPassword,
  followLink,
  openCard,
  pickAccount,
  press,
  seeHeading,
  seeText,
  signIn,
  signOut,
} from "./drive-browser.js";
import { startStage } from "./stage.js";
import type { Stage } from "./stage.js";

describe("signing in, stepping up and signing out in a browser", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });

  afterEach(async () => {
    expect(stage.complaints).toEqual([]);
    await stage.clear();
  });

  afterAll(() => stage.close());

  it("shows profile and payslips, asks for a second factor once, and ends both sessions", async () => {
    const page = await stage.arrive();
    await signIn(page, "Ada");
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

  it("shows nobody's data to whoever goes back after signing out", async () => {
    const page = await stage.arrive();
    await signIn(page, "Ada");
    await openCard(page, "Your profile");
    await seeText(page, "ada@sandbox.example");
    await signOut(page);
    await seeHeading(page, "When an API asks for more");
    await page.goBack();
    await seeHeading(page, "Pick an account");
  });

  it("keeps two people apart who use the app at the same time", async () => {
    const [adas, cleos] = [await stage.arrive(), await stage.arrive()];
    await signIn(adas, "Ada");
    await signIn(cleos, "Cleo");
    await adas.goto("/payslips");
    await cleos.goto("/payslips");
    await approveOnPhone(adas);
    await approveOnPhone(cleos);
    const rows = adas.getByRole("row");
    await seeHeading(adas, "Your payslips");
    await seeHeading(cleos, "Your payslips");
    expect(await rows.allInnerTexts()).not.toEqual(await cleos.getByRole("row").allInnerTexts());
    await Promise.all([adas.goto("/profile"), cleos.goto("/profile")]);
    await seeText(adas, "ada@sandbox.example");
    await seeText(cleos, "cleo@sandbox.example");
  });

  it("forgets the first person when a second one signs in in the same browser", async () => {
    const page = await stage.arrive();
    await signIn(page, "Ada");
    await page.goto("/payslips");
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
    await page.goto("/signin?prompt=select_account");
    await pickAccount(page, "Cleo");
    await enterPassword(page);
    await seeHeading(page, "Hello, Cleo Lindqvist");
    // Her token must lack what Ada's had.
    await openCard(page, "Your payslips");
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
    await page.goto("/profile");
    await seeText(page, "cleo@sandbox.example");
  });

  it("lets Ben set up his second factor on the way to his payslips", async () => {
    const page = await stage.arrive();
    await page.goto("/payslips");
    await pickAccount(page, "Ben");
    await enterPassword(page);
    await seeHeading(page, "Set up your second factor");
    await press(page, "Pair this phone");
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
  });

  it("goes on after a wrong password and a number that does not match", async () => {
    const page = await stage.arrive();
    await page.goto("/payslips");
    await pickAccount(page, "Ada");
    await page.getByLabel("Password").fill("wrong");
    await press(page, "Sign in");
    await page.getByRole("alert").waitFor();
    await enterPassword(page);
    await press(page, "No, it’s not me");
    await page.getByRole("alert").waitFor();
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
  });

  it("explains and offers a way on when the sign-in is cancelled", async () => {
    const page = await stage.arrive();
    await page.goto("/payslips");
    await press(page, "Cancel");
    await seeHeading(page, "You cancelled");
    await seeText(page, "ERR_CANCELLED");
    await followLink(page, "Try again");
    await pickAccount(page, "Ada");
    await enterPassword(page);
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
  });

  it("says whose move it is when Dan is not assigned to the app", async () => {
    const page = await stage.arrive();
    await page.goto("/signin");
    await pickAccount(page, "Dan");
    await enterPassword(page);
    await seeHeading(page, "You cannot go on");
    await press(page, "Back to the app");
    await seeText(page, "ERR_NOT_ASSIGNED");
    await seeText(page, "AADSTS50105");
    await followLink(page, "Use another account");
    await pickAccount(page, "Ada");
    await enterPassword(page);
    await seeHeading(page, "Hello, Ada Okafor");
  });
});
