import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  approveOnPhone,
  enterPassword,
  followLink,
  press,
  seeHeading,
  seeText,
  signOut,
} from "./drive-browser.js";
import { useStage } from "./stage.js";

describe("a step-up across tabs, history and cookies", () => {
  const stage = useStage();

  /** Steps up for `/payslips`, and returns the address at `/redirect` that the browser opened. */
  async function stepUp(page: Page): Promise<string> {
    await page.goto("/payslips");
    const answered = page.waitForRequest((request) => request.url().includes("/redirect?"));
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
    return (await answered).url();
  }

  it("stays signed in when the step-up is cancelled, and gets there the second time", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/payslips");
    await seeHeading(page, "Approve the sign-in");
    await press(page, "Cancel");
    await seeHeading(page, "You cancelled");
    await page.getByRole("banner").getByText("Ada Okafor").waitFor();
    await followLink(page, "Try again");
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
  });

  it.each([
    { first: "the tab that left first", order: [0, 1] },
    { first: "the tab that left last", order: [1, 0] },
  ])("brings two tabs each to its own page when $first comes back first", async ({ order }) => {
    const left = await stage.arrive({ signedInAs: "Ada" });
    const tabs = [left, await left.context().newPage()];
    for (const [index, tab] of tabs.entries()) await tab.goto(`/payslips?tab=${index}`);
    for (const index of order) {
      const tab = tabs[index] ?? left;
      await approveOnPhone(tab);
      await seeHeading(tab, "Your payslips");
      expect(new URL(tab.url()).search).toBe(`?tab=${index}`);
    }
  });

  it("goes back and forward over a step-up without asking again", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/profile");
    await stepUp(page);
    stage.forgetReceived();
    await page.goBack();
    await seeHeading(page, "This sign-in is already finished");
    await page.goBack();
    await seeHeading(page, "Your profile");
    await page.goForward();
    await page.goForward();
    await seeHeading(page, "Your payslips");
    expect(stage.receivedAt("/authorize")).toEqual([]);
  });

  it("redeems a code once when its address is opened again", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    const answer = await stepUp(page);
    stage.forgetReceived();
    await page.goto(answer);
    await seeHeading(page, "Hello, Ada Okafor");
    await page.reload();
    await seeHeading(page, "Hello, Ada Okafor");
    expect(stage.sandboxReceived).toEqual([]);
  });

  it("lets sign-out in one tab win over a step-up that another tab is at", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/payslips");
    await seeHeading(page, "Approve the sign-in");
    const other = await page.context().newPage();
    await other.goto("/");
    await signOut(other);
    stage.forgetReceived();
    await approveOnPhone(page);
    await enterPassword(page);
    await approveOnPhone(page);
    await seeHeading(page, "You are signed out");
    expect(stage.receivedAt("/token")).toEqual([]);
    await page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor();
  });

  it("starts afresh when the cookies are cleared in between", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/payslips");
    await seeHeading(page, "Approve the sign-in");
    await page.context().clearCookies({ domain: "localhost" });
    stage.forgetReceived();
    await approveOnPhone(page);
    await seeText(page, "ERR_FLOW_UNKNOWN");
    expect(stage.receivedAt("/token")).toEqual([]);
    await followLink(page, "Sign in");
    await seeHeading(page, "Hello, Ada Okafor");
  });
});
