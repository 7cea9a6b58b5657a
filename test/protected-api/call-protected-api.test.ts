import { describe, expect, it } from "vitest";
import type { Refusal } from "../../src/challenge/refusal.js";
import { claimsRequest } from "../support/claims-request.js";
import {
  C1,
  C2,
  POLICY,
  OK,
  INTERACTIVE,
  answer,
  challenge,
  token,
  refused,
  replacement,
  run,
  claimsOf,
} from "./scripted-call.js";

describe("a call that is not challenged", () => {
  it("makes one call with the token that is there", async () => {
    const { outcome, asked, sent } = await run({ tokens: [token("a")], answers: [OK] });
    expect(outcome).toEqual({ kind: "ok", response: OK });
    expect(asked).toEqual([undefined]);
    expect(sent).toEqual(["a"]);
  });

  it.each([
    [204, "ok"],
    [300, "rejected"],
    [301, "rejected"],
    [400, "rejected"],
    [403, "rejected"],
    [404, "rejected"],
    [0, "unavailable"],
    [429, "unavailable"],
    [500, "unavailable"],
    [503, "unavailable"],
  ] as const)("with status %i is %s, and no other token is asked for", async (status, kind) => {
    const { outcome, asked } = await run({ tokens: [token("a")], answers: [answer(status)] });
    expect(outcome.kind).toBe(kind);
    expect(asked).toHaveLength(1);
  });

  it("says when to come again, if the API does", async () => {
    const busy = { ...answer(503), retryAfterSeconds: 7 };
    const { outcome } = await run({ tokens: [token("a")], answers: [busy] });
    expect(outcome).toEqual({ kind: "unavailable", status: 503, retryAfterSeconds: 7 });
  });

  it("is rejected when the challenge cannot be understood", async () => {
    const malformed = answer(401, 'Bearer error="insufficient_claims"');
    const { outcome, asked } = await run({ tokens: [token("a")], answers: [malformed] });
    expect(outcome).toEqual({ kind: "rejected", response: malformed });
    expect(asked).toHaveLength(1);
  });
});

describe("a call that is challenged", () => {
  it("asks silently with the claims, and calls once more with the better token", async () => {
    const { outcome, asked, sent } = await run({
      tokens: [token("a"), token("b")],
      answers: [challenge(C1), OK],
    });
    expect(outcome.kind).toBe("ok");
    expect(asked).toEqual([undefined, C1]);
    expect(sent).toEqual(["a", "b"]);
  });

  it("needs the person when the authority wants to see them", async () => {
    const { outcome, sent } = await run({
      tokens: [token("a"), refused(INTERACTIVE)],
      answers: [challenge(C1)],
    });
    expect(claimsOf(outcome)).toEqual(C1);
    expect(sent).toEqual(["a"]);
  });

  it("asks for what both want, when the authority has claims of its own", async () => {
    const refusal: Refusal = { ...INTERACTIVE, claims: claimsRequest(POLICY) };
    const { outcome } = await run({
      tokens: [token("a"), refused(refusal)],
      answers: [challenge(C1)],
    });
    expect(claimsOf(outcome)).toEqual({
      access_token: { ...C1.access_token, ...POLICY.access_token },
    });
  });

  it("needs the person when the API wants more still, and does not try silently again", async () => {
    const { outcome, asked, sent } = await run({
      tokens: [token("a"), token("b")],
      answers: [challenge(C1), challenge(C2)],
    });
    expect(claimsOf(outcome)).toEqual(C2);
    expect(asked).toEqual([undefined, C1]);
    expect(sent).toEqual(["a", "b"]);
  });

  it.each([
    ["rejected", 403],
    ["unavailable", 500],
  ] as const)("is %s when that is what the better token meets", async (kind, status) => {
    const { outcome } = await run({
      tokens: [token("a"), token("b")],
      answers: [challenge(C1), answer(status)],
    });
    expect(outcome.kind).toBe(kind);
  });
});

describe("a challenged call whose token another request has replaced meanwhile", () => {
  it("uses the replacement before it asks for more", async () => {
    const tokens = [token("a"), replacement("b")];
    const { outcome, demands, sent } = await run({ tokens, answers: [challenge(C1), OK] });
    expect(outcome.kind).toBe("ok");
    expect(demands).toEqual([{}, { claims: claimsRequest(C1), refusedToken: "a" }]);
    expect(sent).toEqual(["a", "b"]);
  });

  it("asks silently with the claims when the replacement does not do, once", async () => {
    const tokens = [token("a"), replacement("b"), replacement("c")];
    const answers = [challenge(C1), challenge(C2), challenge(C2)];
    const { outcome, demands, sent } = await run({ tokens: [...tokens, token("d")], answers });
    // It names no refused token, so whatever it brings is no replacement.
    expect(demands.slice(2)).toEqual([{ claims: claimsRequest(C2) }]);
    expect(sent).toEqual(["a", "b", "c"]);
    expect(claimsOf(outcome)).toEqual(C2);
  });

  it("needs the person when the API then asks in other words than claims", async () => {
    const afresh = 'Bearer error="insufficient_user_authentication"';
    const tokens = [token("a"), replacement("b")];
    const { outcome, asked } = await run({ tokens, answers: [challenge(C1), answer(401, afresh)] });
    expect(outcome).toEqual({ kind: "step-up-required", stepUp: { signInAfresh: true } });
    expect(asked).toHaveLength(2);
  });
});

describe("a call that is challenged in the words of RFC 9470", () => {
  it.each([
    ['acr_values="myACR"', { acrValues: ["myACR"] }],
    ['max_age="60"', { maxAgeSeconds: 60 }],
    ["realm=x", { signInAfresh: true }],
  ])("passes the words on without a silent try: %s", async (parameters, stepUp) => {
    const header = `Bearer error="insufficient_user_authentication", ${parameters}`;
    const { outcome, asked } = await run({ tokens: [token("a")], answers: [answer(401, header)] });
    expect(outcome).toEqual({ kind: "step-up-required", stepUp });
    expect(asked).toHaveLength(1);
  });

  it("asks Entra for an authentication context as a claim, silently first", async () => {
    const header = 'Bearer error="insufficient_user_authentication", acr_values="c1", max_age="9"';
    const { outcome, asked } = await run({
      tokens: [token("a"), refused(INTERACTIVE)],
      answers: [answer(401, header)],
    });
    expect(asked).toEqual([undefined, C1]);
    expect(claimsOf(outcome)).toEqual(C1);
    expect(outcome).toMatchObject({ stepUp: { acrValues: ["c1"], maxAgeSeconds: 9 } });
  });
});

describe("a call for which there is no token", () => {
  const DISABLED: Refusal = { ...INTERACTIVE, endSession: true };
  const BLOCKED: Refusal = { handling: "unrecoverable", reason: "device", support: {} };
  const BUSY: Refusal = { handling: "transient", retryAfterSeconds: 5, support: {} };

  it.each([
    ["the person is needed", INTERACTIVE, { kind: "step-up-required", stepUp: {} }],
    ["the account is gone", DISABLED, { kind: "step-up-required", stepUp: {}, endSession: true }],
    ["nobody can mend it", BLOCKED, { kind: "blocked" }],
    ["the authority is busy", BUSY, { kind: "unavailable", retryAfterSeconds: 5 }],
  ] as const)("is not made when %s", async (_name, refusal, expected) => {
    const { outcome, sent } = await run({ tokens: [refused(refusal)], answers: [] });
    expect(outcome).toEqual({ ...expected, refusal });
    expect(sent).toEqual([]);
  });

  it.each([BLOCKED, BUSY])("ends there also after a challenge: $handling", async (refusal) => {
    const { outcome, sent } = await run({
      tokens: [token("a"), refused(refusal)],
      answers: [challenge(C1)],
    });
    expect(["blocked", "unavailable"]).toContain(outcome.kind);
    expect(outcome).toMatchObject({ refusal });
    expect(sent).toEqual(["a"]);
  });
});
