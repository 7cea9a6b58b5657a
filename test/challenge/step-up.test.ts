import { describe, expect, it } from "vitest";
import {
  claimsForStepUp,
  repeatsDemand,
  restoreStepUp,
  stepUpFor,
  type StepUp,
} from "../../src/challenge/step-up.js";
import type { ClaimsRequest } from "../../src/challenge/claims-request.js";
import { claimsRequest } from "../support/claims-request.js";
import { C1, C2 } from "./claims-samples.js";

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

  it.each([{ acrValues: ["myACR"] }, { maxAgeSeconds: 60 }, { maxAgeSeconds: 0 }])(
    "asks for no more than RFC 9470 names: %j",
    (words) => {
      expect(stepUpFor({ kind: "step-up", ...words })).toEqual(words);
    },
  );

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
    [["c0"], undefined],
    [["c100"], undefined],
    [["C1"], undefined],
    [["xc1"], undefined],
    [["urn:example:loa:3"], undefined],
    [["c1\n"], undefined],
    [[], undefined],
  ])("translates %j", (values, expected) => {
    expect(claimsForStepUp(values)).toBe(expected);
  });
});

describe("repeatsDemand", () => {
  const c1 = { claims: claimsRequest(C1) };
  const both = {
    claims: claimsRequest({
      access_token: { nbf: { value: "1" }, acrs: { value: "c1", essential: true } },
      id_token: { auth_time: { essential: true } },
    }),
    acrValues: ["c1", "c2"],
    maxAgeSeconds: 60,
  };

  it.each<[string, StepUp, StepUp]>([
    ["claims", c1, c1],
    ["one of several claims, its members in another order", c1, both],
    ["claims of two tokens", both, both],
    ["claims without a demand on how they are met", claimNames("acr"), claimNames("acr", "sub")],
    ["acr_values", { acrValues: ["c1", "c2"] }, both],
    ["max_age", { maxAgeSeconds: 60 }, both],
    ["a fresh sign-in", { signInAfresh: true }, { signInAfresh: true, maxAgeSeconds: 60 }],
    ["nothing after nothing", {}, {}],
  ])("is so for %s", (_what, asked, carried) => {
    expect(repeatsDemand(asked, carried)).toBe(true);
  });

  it.each<[string, StepUp, StepUp]>([
    ["other claims", { claims: claimsRequest(C2) }, c1],
    ["more claims", both, c1],
    ["a claim of another token", { claims: claimsRequest({ id_token: { nbf: null } }) }, both],
    [
      "the same claim of another token",
      { claims: claimsRequest({ id_token: { acrs: { essential: true, value: "c1" } } }) },
      c1,
    ],
    [
      "values in another order",
      { claims: claimsRequest({ access_token: { acrs: { values: ["c2", "c1"] } } }) },
      { claims: claimsRequest({ access_token: { acrs: { values: ["c1", "c2"] } } }) },
    ],
    ["other acr_values", { acrValues: ["c2", "c1"] }, both],
    ["another max_age", { maxAgeSeconds: 0 }, both],
    ["a fresh sign-in", { signInAfresh: true }, both],
    ["a max_age besides", { ...c1, maxAgeSeconds: 60 }, c1],
    ["nothing after a demand", {}, c1],
    ["a demand after nothing", c1, {}],
  ])("is not so for %s", (_what, asked, carried) => {
    expect(repeatsDemand(asked, carried)).toBe(false);
  });

  function claimNames(...names: string[]): StepUp {
    const id_token = Object.fromEntries(names.map((name) => [name, null]));
    return { claims: claimsRequest({ id_token }) };
  }
});
