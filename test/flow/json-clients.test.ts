import { describe, expect, it } from "vitest";
import { FRESH_SIGN_IN_DEMAND } from "../support/api-responses.js";
import { tokenError } from "../support/authority-grants.js";
import { HttpBrowser } from "../support/http-browser.js";
import { IBAN } from "../support/ibans.js";
import { useBank } from "./bank.js";
import { MAX_STEP_UPS, MINUTE_MS } from "./limits.js";
import { useScriptedActors } from "./scripted-actors.js";
import { signInWithToken } from "./visits.js";

const PROBLEM = /^application\/problem\+json/;

describe("a JSON body for the bank account", () => {
  const { actors, ada, bank } = useBank();

  it("changes it once the person has stepped up, under one idempotency key", async () => {
    const refused = await ada.postJson("/bank-account", { iban: IBAN });
    expect(refused).toMatchObject({ status: 401, body: { code: "ERR_STEP_UP_REQUIRED" } });
    await ada.open((refused.body as { url: string }).url);
    const done = await ada.postJson("/bank-account", { iban: IBAN });
    expect(done).toMatchObject({ status: 200, body: { iban: IBAN } });
    expect(actors.executed).toEqual([IBAN]);
    expect(new Set(actors.keysReceived).size).toBe(1);
  });

  it.each([{ iban: "" }, {}, [], { iban: 5 }, { iban: null }])(
    "is refused with a code and a reason when it holds no IBAN: %j",
    async (body) => {
      const refused = await ada.postJson("/bank-account", body);
      expect(refused.type).toMatch(PROBLEM);
      expect(refused).toMatchObject({ status: 422, body: { code: "ERR_IBAN_INVALID" } });
    },
  );

  it("is refused when it is no JSON", async () => {
    const refused = await ada.postJson("/bank-account", '{"iban":');
    expect(refused.type).toMatch(PROBLEM);
    expect(refused).toMatchObject({ status: 400, body: { code: "ERR_BAD_REQUEST" } });
  });

  it("gets no redirect for a draft that is gone, or one that was sent", async () => {
    const gone = await ada.postJson("/bank-account", { draft: "gone" });
    expect(gone).toMatchObject({ status: 404, body: { code: "ERR_NOT_FOUND" } });
    const page = await bank.submitAndStepUp(IBAN);
    await ada.follow(await bank.confirm(page));
    const [draft] = /draft=[\w-]+/.exec(page.body) ?? [];
    const id = draft?.slice("draft=".length) ?? /value="([\w-]{43})"/.exec(page.body)?.[1];
    const again = await ada.postJson("/bank-account", { draft: id });
    expect(again).toMatchObject({ status: 200, body: { iban: IBAN } });
    expect(actors.executed).toEqual([IBAN]);
  });

  it("of nobody who is signed in gets the URL of the sign-in", async () => {
    const refused = await new HttpBrowser(actors.url).postJson("/bank-account", { iban: IBAN });
    expect(refused.type).toMatch(PROBLEM);
    expect(refused).toMatchObject({
      status: 401,
      body: { code: "ERR_SIGN_IN_REQUIRED", url: "/signin?returnTo=%2Fbank-account" },
    });
  });
});

describe("a problem for a JSON client", () => {
  const actors = useScriptedActors();

  it("keeps the step-up that could not begin, for when the budget is free again", async () => {
    const browser = await signInWithToken(actors);
    actors.payroll.answer = () => FRESH_SIGN_IN_DEMAND;
    const { body } = await browser.getJson("/payslips");
    const { url } = body as { url: string };
    for (let count = 0; count < MAX_STEP_UPS; count += 1) await browser.get("/tax-forms");
    expect((await browser.get(url)).status).toBe(429);
    actors.clock.aheadMs = 5 * MINUTE_MS;
    const redirect = await browser.get(url);
    expect(new URL(redirect.location ?? "").searchParams.get("max_age")).toBe("60");
  });

  it("has the form of RFC 9457, with the authority's code and correlation id", async () => {
    const browser = await signInWithToken(actors);
    const correlationId = "aaaa0000-bb11-2222-33cc-444444dddddd";
    actors.payroll.answer = () => ({ status: 401 });
    actors.payroll.nextAnswers.push({
      status: 401,
      headers: {
        "WWW-Authenticate": `Bearer error="insufficient_claims", claims="${btoa('{"access_token":{"nbf":{"essential":true,"value":"1"}}}')}"`,
      },
    });
    actors.authority.nextTokenAnswers.push(
      tokenError(53000, "interaction_required", {
        suberror: "message_only",
        correlation_id: correlationId,
      }),
    );
    const { status, body } = await browser.getJson("/payslips");
    expect(status).toBe(403);
    expect(body).toEqual({
      status: 403,
      code: "ERR_DEVICE_NOT_MANAGED",
      title: expect.any(String) as string,
      detail: expect.any(String) as string,
      aadsts: 53000,
      correlationId,
    });
  });
});
