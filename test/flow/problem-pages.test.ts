import { describe, expect, it } from "vitest";
import { readPage } from "../sandbox/html-page.js";
import { tokenError } from "../support/authority-grants.js";
import { MINUTE_MS } from "./limits.js";
import { labelsOf } from "./page-buttons.js";
import { useScriptedActors } from "./scripted-actors.js";
import {
  demandStepUp,
  isSignedIn,
  leaveForStepUp,
  signInSomebody,
  signInWithToken,
  takeToAuthority,
} from "./visits.js";

const MESSAGE_ONLY = { suberror: "message_only" };

describe("a problem page", () => {
  const actors = useScriptedActors();

  it.each([
    {
      api: "graph",
      path: "/profile",
      status: 500,
      heading: "Microsoft Graph could not answer (500)",
    },
    {
      api: "payroll",
      path: "/payslips",
      status: 503,
      heading: "The Payroll API could not answer (503)",
    },
    {
      api: "payroll",
      path: "/payslips",
      status: 429,
      heading: "The Payroll API is too busy (429)",
    },
    {
      api: "graph",
      path: "/profile",
      status: 403,
      heading: "You have no access to Microsoft Graph",
    },
    {
      api: "payroll",
      path: "/tax-forms",
      status: 404,
      heading: "The Payroll API does not accept the request",
    },
    {
      api: "payroll",
      path: "/payslips",
      status: 200,
      heading: "The response of the Payroll API cannot be read",
    },
  ] as const)("names the API: $heading", async ({ api, path, status, heading }) => {
    const browser = await signInSomebody(actors);
    actors[api].answer = () => ({ status, body: {} });
    const page = readPage((await browser.get(path)).body);
    expect(page.heading).toBe(heading);
    expect(page.text).toContain(
      `Reported by ${api === "graph" ? "Microsoft Graph" : "Payroll API"}`,
    );
  });

  it("names the authority when that does not answer", async () => {
    const browser = await signInSomebody(actors);
    actors.authority.nextTokenAnswers.push({ status: 503 }, { status: 503 });
    const { heading, text } = readPage((await browser.get("/payslips")).body);
    expect(heading).toBe("Microsoft Entra ID did not answer");
    expect(text).toContain("Reported by Microsoft Entra ID");
  });

  it("puts the repetition first when the person can act", async () => {
    const browser = await signInWithToken(actors);
    demandStepUp(actors);
    const left = await browser.get("/payslips");
    actors.authority.nextAuthorizeAnswer = { error: "access_denied" };
    const page = await takeToAuthority(browser, left);
    expect(labelsOf(page)[0]).toBe("Try again");
  });

  it.each([
    {
      move: "is the administrator's",
      status: 403,
      body: tokenError(53003, "invalid_grant", MESSAGE_ONLY).body,
    },
    { move: "is nobody's", status: 503, body: {} },
  ])("puts the repetition last when the next move $move", async ({ status, body }) => {
    const browser = await signInSomebody(actors);
    const refusal = { status: status === 403 ? 400 : status, body };
    actors.authority.nextTokenAnswers.push(refusal, refusal);
    const page = await browser.get("/payslips");
    expect(page.status).toBe(status);
    expect(labelsOf(page).at(-1)).toBe("Try again");
    expect(labelsOf(page).length).toBeGreaterThan(1);
  });

  it("offers no repetition when only the operator can act", async () => {
    const browser = await signInSomebody(actors);
    actors.authority.nextTokenAnswers.push(tokenError(7000215, "invalid_client"));
    expect(labelsOf(await browser.get("/payslips"))).toEqual(["Go to the home page"]);
  });
});

describe("an authorization response that comes too late", () => {
  const actors = useScriptedActors();

  it("is explained on the home page, once, when it was used before", async () => {
    const browser = await signInSomebody(actors);
    const back = await leaveForStepUp(actors, browser);
    await browser.get(back);
    expect((await browser.get(back)).location).toBe(`${actors.url}/`);
    expect((await browser.get("/")).body).toContain("That sign-in is over.");
    expect((await browser.get("/")).body).not.toContain("That sign-in is over.");
  });

  it("is explained on the home page when the person took more than ten minutes", async () => {
    const browser = await signInSomebody(actors);
    const back = await leaveForStepUp(actors, browser);
    actors.clock.aheadMs = 11 * MINUTE_MS;
    await browser.get(back);
    expect((await browser.get("/")).body).toContain("more than ten minutes");
  });

  it("is said to be too late when the person signed out and saw the confirmation", async () => {
    const browser = await signInSomebody(actors);
    const back = await leaveForStepUp(actors, browser);
    await browser.post("/signout");
    expect((await browser.get("/")).body).toContain("You are signed out.");
    const page = await browser.get(back);
    expect(readPage(page.body).heading).toBe("You are signed out");
    expect(page.status).toBe(400);
    expect(await isSignedIn(browser)).toBe(false);
  });
});
