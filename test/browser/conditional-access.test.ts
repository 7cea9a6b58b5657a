import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
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
import { useStage } from "./stage.js";

describe("what Conditional Access does to a session", () => {
  const stage = useStage();

  /** Reloads a page, and returns the claims of the one silent renewal that this takes. */
  async function renewSilently(page: Page, heading: string): Promise<unknown> {
    stage.forgetReceived();
    await page.reload();
    await seeHeading(page, heading);
    expect(stage.receivedAt("/authorize")).toEqual([]);
    expect(stage.receivedAt("/token")).toHaveLength(1);
    return JSON.parse(stage.receivedAt("/token")[0]?.get("claims") ?? "");
  }

  it("ends at a page for Cleo's unmanaged device, and opens once the device is managed", async () => {
    const page = await stage.arrive({ signedInAs: "Cleo" });
    await page.goto("/");
    await openCard(page, "Your tax forms");
    await seeHeading(page, "Access denied");
    await press(page, "Back to the app");
    await seeHeading(page, "You need a managed device");
    await seeText(page, "AADSTS53000");
    const returnTo = `${stage.url}/tax-forms`;
    const linked = { person: "cleo@sandbox.example", do: "deviceCompliant", returnTo };
    await page.goto(`${stage.sandbox.url}/?${new URLSearchParams(linked).toString()}`);
    await press(page, "Make the device compliant and try again");
    await seeHeading(page, "Your tax forms");
  });

  it("renews tokens silently after the switch that a card leads to has revoked them", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/");
    await followLink(page, /^Revoke your access tokens/);
    await press(page, /^Revoke access tokens.*Ada/);
    await followLink(page, "Back to the app");
    await openCard(page, "Your profile");
    await seeText(page, "ada@sandbox.example");
    expect(stage.receivedAt("/authorize")).toEqual([]);
    expect(stage.receivedAt("/token")).toHaveLength(1);
  });

  it.each([
    { api: "Graph", path: "/profile", heading: "Your profile" },
    { api: "the Payroll API", path: "/payslips", heading: "Your payslips" },
  ])("renews the token for $api silently when sessions are revoked", async ({ path, heading }) => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: path });
    await page.goto(path);
    await stage.control("people/ada/revoke-sessions", { grant: "kept" });
    const claims = await renewSilently(page, heading);
    expect(claims).toHaveProperty("access_token.nbf.essential", true);
  });

  it("renews the token silently when the network has changed", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/payslips" });
    await page.goto("/payslips");
    await stage.control("people/ada", { network: "elsewhere" });
    const claims = await renewSilently(page, "Your payslips");
    expect(claims).toHaveProperty("access_token.xms_rp_ipaddr.value", "198.51.100.20");
  });

  it("signs in again, with all that the page needs, when the grant is gone too", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/payslips" });
    await page.goto("/payslips");
    await stage.control("people/ada/revoke-sessions", { grant: "gone" });
    stage.forgetReceived();
    await page.reload();
    await enterPassword(page);
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
    expect(stage.receivedAt("/authorize")).toHaveLength(1);
  });

  it("asks for consent at the sign-in, and again after it was withdrawn", async () => {
    await stage.control("people/ada", { consented: false });
    const page = await stage.arrive();
    await page.goto("/signin?returnTo=/payslips");
    await pickAccount(page, "Ada");
    await enterPassword(page);
    await seeHeading(page, "Permissions requested");
    await press(page, "Accept");
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");

    await stage.control("people/ada", { consented: false });
    await stage.control("people/ada/revoke-sessions", { grant: "kept" });
    await page.reload();
    await seeHeading(page, "Permissions requested");
    await press(page, "Cancel");
    await seeText(page, "ERR_CANCELLED");
    await followLink(page, "Try again");
    await press(page, "Accept");
    await seeHeading(page, "Your payslips");
  });

  it("says so when a policy has begun to block somebody, who stays signed in", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/payslips" });
    await stage.control("people/ada", { blocked: true });
    await stage.control("people/ada/revoke-sessions", { grant: "kept" });
    stage.forgetReceived();
    await page.goto("/payslips");
    await seeText(page, "ERR_BLOCKED_BY_POLICY");
    await seeText(page, "AADSTS53003");
    expect(stage.receivedAt("/authorize")).toEqual([]);
    await page.getByRole("banner").getByText("ada@sandbox.example").waitFor();
  });

  it("ends the session of somebody whose account was disabled", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/payslips" });
    await stage.control("people/ada", { disabled: true });
    await page.goto("/payslips");
    await press(page, "Back to the app");
    await seeText(page, "ERR_ACCOUNT_DISABLED");
    await page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor();
  });

  it("keeps the place when the authority is unavailable for a while", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/payslips" });
    await stage.control("people/ada/revoke-sessions", { grant: "kept" });
    await stage.control("faults", { endpoint: "token", mode: "throttle" });
    await page.goto("/payslips");
    await seeText(page, "ERR_UNAVAILABLE");
    await stage.control("faults", { endpoint: "token", mode: "none" });
    // The authority asked for a pause of five seconds.
    stage.clock.aheadMs += 6_000;
    await followLink(page, "Try again");
    await seeHeading(page, "Your payslips");
  });

  it("asks for permissions and then for the second factor when consent was withdrawn", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await stage.control("people/ada", { consented: false });
    await page.goto("/payslips");
    await press(page, "Accept");
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
  });

  it("asks for the password and then for the second factor when the grant was revoked", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await stage.control("people/ada/revoke-sessions", { grant: "gone" });
    await page.goto("/payslips");
    await enterPassword(page);
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
  });
});
