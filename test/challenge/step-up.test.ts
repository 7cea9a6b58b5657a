import { describe, expect, it } from "vitest";
import { claimsForStepUp, restoreStepUp, stepUpFor } from "../../src/challenge/step-up.js";
import type { ClaimsRequest } from "../../src/challenge/claims-request.js";
import { claimsRequest } from "../support/claims-request.js";
import { C1 } from "./claims-samples.js";

describe("stepUpFor", () => {
  it("asks for the claims of a claims challenge", () => {
    const claims = claimsRequest(C1);
    expect(stepUpFor({ kind: "claims-challenge", claims })).toEqual({ claims });
  });

  it("asks for a fresh sign-in when RFC 9470 names neither values nor an age", () => {
    expect(stepUpFor({ kind: "step-up" })).toEqual({ signInAfresh: true });
  });

  it("adds the claims of authentication contexts to the words of RFC 9470", () => {
    const words = { acrValues: ["c1", "myACR"], maxAgeSeconds: 60 };
    expect(stepUpFor({ kind: "step-up", ...words })).toEqual({ claims: C1, ...words });
  });

  it("asks for nothing when the challenge is malformed or there is none", () => {
    expect(stepUpFor({ kind: "malformed", reason: "grammar" })).toBeUndefined();
    expect(stepUpFor({ kind: "none" })).toBeUndefined();
  });
});

describe("restoreStepUp", () => {
  it("returns what was stored", () => {
    const stepUp = { claims: claimsRequest(C1), acrValues: ["c1"], maxAgeSeconds: 0 };
    expect(restoreStepUp(JSON.parse(JSON.stringify(stepUp)) as typeof stepUp)).toEqual(stepUp);
  });

  it("drops claims that somebody changed in the store to unusable ones", () => {
    const claims = '{"access_token":{"__proto__":{}}}' as ClaimsRequest;
    expect(restoreStepUp({ claims, acrValues: ["c1"] })).toEqual({ acrValues: ["c1"] });
  });
});

describe("claimsForStepUp", () => {
  it.each([
    [["c1"], C1],
    [["p1"], '{"access_token":{"acrs":{"essential":true,"value":"p1"}}}'],
    [
      ["c1", "x", "c99", "c1"],
      '{"access_token":{"acrs":{"essential":true,"values":["c1","c99"]}}}',
    ],
    [["c0", "c100", "C1", "urn:example:loa:3", "c1\n"], undefined],
    [[], undefined],
  ])("translates %j", (values, expected) => {
    expect(claimsForStepUp(values)).toBe(expected);
  });
});
