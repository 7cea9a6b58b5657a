import { describe, expect, it } from "vitest";
import { isStepUpUnmet } from "../../src/auth/step-up-met.js";
import type { StepUp } from "../../src/challenge/step-up.js";

const BEGAN = 1_700_000_000;
/** The token was issued a minute after the request. */
const IAT = BEGAN + 60;

function isUnmet(stepUp: StepUp, claims: { auth_time?: number; acr?: string }): boolean {
  const requested = { stepUp, requestedAt: BEGAN * 1000 };
  return isStepUpUnmet({ iat: IAT, ...claims }, requested, IAT * 1000);
}

describe("isStepUpUnmet", () => {
  it.each([
    ["a sign-in after the request", { auth_time: BEGAN + 30 }, false],
    ["a sign-in as old as was asked for", { auth_time: BEGAN - 300 }, false],
    ["a sign-in that is ten seconds older", { auth_time: BEGAN - 310 }, false],
    ["an older sign-in", { auth_time: BEGAN - 311 }, true],
    ["no time of the sign-in", {}, false],
  ])("compares max_age with %s", (_name, claims, expected) => {
    expect(isUnmet({ maxAgeSeconds: 300 }, claims)).toBe(expected);
  });

  it.each([
    ["a sign-in after the request", { auth_time: BEGAN + 30 }, false],
    ["a sign-in before the request", { auth_time: BEGAN - 11 }, true],
    ["no time of the sign-in", {}, false],
  ])("compares prompt=login, and max_age 0, with %s", (_name, claims, expected) => {
    expect(isUnmet({ signInAfresh: true }, claims)).toBe(expected);
    expect(isUnmet({ maxAgeSeconds: 0 }, claims)).toBe(expected);
  });

  it.each([
    ["one of them", { acr: "c2" }, false],
    ["another one", { acr: "0" }, true],
    ["none", {}, false],
  ])("compares acr_values with %s", (_name, claims, expected) => {
    expect(isUnmet({ acrValues: ["c1", "c2"] }, claims)).toBe(expected);
  });

  it("compares nothing that was not asked for", () => {
    expect(isUnmet({}, { auth_time: 0, acr: "0" })).toBe(false);
  });

  it("does not depend on the difference between the clocks", () => {
    const requested = { stepUp: { maxAgeSeconds: 60 }, requestedAt: 0 };
    const ahead = { iat: 1_000_020, auth_time: 1_000_000 };
    expect(isStepUpUnmet(ahead, requested, 20_000)).toBe(false);
    expect(isStepUpUnmet({ ...ahead, auth_time: 999_000 }, requested, 20_000)).toBe(true);
  });
});
