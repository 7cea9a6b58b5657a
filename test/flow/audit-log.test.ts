import { describe, expect, it } from "vitest";
import { CHALLENGE, FRESH_SIGN_IN_DEMAND } from "../support/api-responses.js";
import { tokenError } from "../support/authority-grants.js";
import { makePerson } from "../support/authority-tokens.js";
import { beginSignIn, createLogReader, GUID } from "./log-reader.js";
import { useScriptedActors } from "./scripted-actors.js";
import { demandStepUp, leaveForStepUp, signInWithToken, takeToAuthority } from "./visits.js";

const actors = useScriptedActors();
const { events, expectOnly, lines, names } = createLogReader(actors);

describe("a sign-in in the log", () => {
  it("is one line with the person and the id by which the authority logs it", async () => {
    const { browser, back } = await beginSignIn(actors);
    await browser.get(back);
    expectOnly("signed-in", { oid: actors.authority.person.oid, level: 30 });
    const { query } = actors.authority.requestsTo("/token").at(-1) ?? {};
    expect(events()[0]?.correlationId).toMatch(GUID);
    expect(events()[0]?.correlationId).toBe(query?.get("client-request-id"));
  });

  it("has the id of its request, which the response has too", async () => {
    const { browser, back } = await beginSignIn(actors);
    const { headers } = await browser.get(back);
    const [event] = events();
    expect(event?.requestId).toBe(headers.get("x-request-id"));
    // It is written when the response has been sent.
    await expect
      .poll(() => lines().find(({ msg }) => msg === "request")?.requestId)
      .toBe(event?.requestId);
  });

  it("has fields of the allow-list alone", async () => {
    const { browser, back } = await beginSignIn(actors);
    actors.authority.nextTokenAnswers.push(
      tokenError(53003, "invalid_grant", { suberror: "message_only" }),
    );
    await browser.get(back);
    const allowed = ["level", "time", "requestId", "event", "msg"];
    const fields = ["code", "reason", "aadsts", "correlationId"];
    expect(Object.keys(events()[0] ?? {}).sort()).toEqual([...allowed, ...fields].sort());
  });

  it("that the token endpoint refuses has the codes of this app and of the authority", async () => {
    const { browser, back } = await beginSignIn(actors);
    const refusal = tokenError(53003, "invalid_grant", { suberror: "message_only" });
    actors.authority.nextTokenAnswers.push(refusal);
    await browser.get(back);
    const { correlation_id: correlationId } = refusal.body as { correlation_id: string };
    expectOnly("sign-in-failed", { aadsts: 53003, correlationId, reason: "policy-blocked" });
    expect(events()[0]?.code).toMatch(/^ERR_/);
  });

  it.each([
    ["a cancelled one", { error: "access_denied" }, "ERR_CANCELLED"],
    ["an outage", { error: "temporarily_unavailable" }, "ERR_UNAVAILABLE"],
    ["another issuer", { code: "x", iss: "https://evil.example/v2.0" }, "ERR_ISSUER_MISMATCH"],
  ])("fails with one line: %s", async (_name, response, code) => {
    actors.authority.nextAuthorizeAnswer = response;
    const { browser, back } = await beginSignIn(actors);
    await browser.get(back);
    expectOnly("sign-in-failed", { code });
  });

  it("fails with one line when the ID token does not verify", async () => {
    const { browser, back } = await beginSignIn(actors);
    actors.authority.misissue.idToken = { aud: "another" };
    await browser.get(back);
    expectOnly("sign-in-failed", { code: "ERR_ID_TOKEN_INVALID" });
  });

  it("that the authority never accepts is a loop that was stopped", async () => {
    const { browser, back } = await beginSignIn(actors);
    const refusal = tokenError(50089, "invalid_grant");
    actors.authority.nextTokenAnswers.push(refusal, refusal);
    await takeToAuthority(browser, await browser.get(back));
    expectOnly("loop-stopped", { code: "ERR_STEP_UP_LOOP", aadsts: 50089, level: 40 });
  });
});

describe("a step-up in the log", () => {
  it("is one line when it begins and one when it is met", async () => {
    const browser = await signInWithToken(actors);
    const { oid } = actors.authority.person;
    demandStepUp(actors);
    await takeToAuthority(browser, await browser.get("/payslips"));
    expect(events()).toMatchObject([
      { event: "step-up-begun", oid, round: 1 },
      { event: "step-up-met", oid, correlationId: expect.stringMatching(GUID) as unknown },
    ]);
  });

  it("of a JSON client begins when its person opens the address", async () => {
    const browser = await signInWithToken(actors);
    demandStepUp(actors);
    const { url } = (await browser.getJson("/payslips")).body as { url: string };
    expect(names()).toEqual([]);
    await browser.get(url);
    expect(names()).toEqual(["step-up-begun"]);
  });

  it("is one line when the person cancels it", async () => {
    const browser = await signInWithToken(actors);
    actors.authority.nextAuthorizeAnswer = { error: "access_denied" };
    const back = await leaveForStepUp(actors, browser);
    await browser.get(back);
    expectOnly("step-up-refused", { oid: actors.authority.person.oid, code: "ERR_CANCELLED" });
  });

  it("is one line when the authority did not do what it was asked to", async () => {
    const browser = await signInWithToken(actors);
    actors.payroll.nextAnswers.push(FRESH_SIGN_IN_DEMAND);
    const left = await browser.get("/payslips");
    actors.logLines.length = 0;
    actors.authority.misissue.idToken = { auth_time: Math.floor(actors.clock.now() / 1000) - 75 };
    await takeToAuthority(browser, left);
    expectOnly("step-up-refused", { code: "ERR_STEP_UP_NOT_MET" });
  });

  it("of another account is one line with both people", async () => {
    const browser = await signInWithToken(actors);
    const { oid } = actors.authority.person;
    actors.authority.person = makePerson("Mallory");
    const back = await leaveForStepUp(actors, browser);
    await browser.get(back);
    expectOnly("other-account", { oid, otherOid: actors.authority.person.oid });
  });

  it("that the API asks for again and again is a loop that was stopped", async () => {
    const browser = await signInWithToken(actors);
    actors.payroll.answer = () => CHALLENGE;
    await browser.open("/payslips");
    expect(names()).toEqual(["step-up-begun", "step-up-met", "loop-stopped"]);
    expect(events().at(-1)).toMatchObject({ code: "ERR_STEP_UP_LOOP", level: 40 });
  });
});
