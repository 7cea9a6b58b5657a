import { describe, expect, it } from "vitest";
import type { AccessToken } from "../../../src/payroll-api/trust/access-token.js";
import { createPersonSignals } from "../../../src/payroll-api/events/person-signals.js";

function tokenOf(personId: string, issuedAt: number): AccessToken {
  return { personId, issuedAt, scopes: [], contexts: [], handlesClaimsChallenges: true };
}

describe("createPersonSignals", () => {
  it("asks everybody for a newer token rather than forget a revocation for want of room", () => {
    const signals = createPersonSignals({ now: () => 0, maxPeople: 2 });
    signals.record({ kind: "session-revoked", personId: "ada", at: 100 });
    signals.record({ kind: "session-revoked", personId: "ben", at: 50 });
    expect(signals.requiredClaims(tokenOf("dan", 10))).toBeUndefined();

    signals.record({ kind: "session-revoked", personId: "cleo", at: 60 });
    expect(signals.requiredClaims(tokenOf("ada", 99))).toBeDefined();
    expect(signals.requiredClaims(tokenOf("dan", 99))).toBeDefined();
    expect(signals.requiredClaims(tokenOf("dan", 100))).toBeUndefined();
  });

  it("drops the oldest entry, also when tokens of that person have just been checked", () => {
    const signals = createPersonSignals({ now: () => 1, maxPeople: 2 });
    signals.record({ kind: "session-revoked", personId: "ada", at: 100 });
    signals.record({ kind: "session-revoked", personId: "ben", at: 50 });
    expect(signals.requiredClaims(tokenOf("ada", 100))).toBeUndefined();
    signals.record({ kind: "session-revoked", personId: "cleo", at: 60 });
    expect(signals.requiredClaims(tokenOf("dan", 99))).toBeDefined();
  });

  it("asks nobody else for a newer token when a person has a second event", () => {
    const signals = createPersonSignals({ now: () => 1, maxPeople: 2 });
    signals.record({ kind: "session-revoked", personId: "ada", at: 100 });
    signals.record({ kind: "session-revoked", personId: "ada", at: 200 });
    expect(signals.requiredClaims(tokenOf("dan", 10))).toBeUndefined();
  });

  it("forgets a revocation once no token from before it can be alive", () => {
    let now = Date.now();
    const signals = createPersonSignals({ now: () => now });
    signals.record({ kind: "session-revoked", personId: "ada", at: 100 });
    now += 30 * 3600 * 1000;
    expect(signals.requiredClaims(tokenOf("ada", 99))).toBeUndefined();
  });

  it("asks for a token that meets a revocation and a move at once", () => {
    const signals = createPersonSignals({ now: () => 0 });
    signals.record({ kind: "network-moved", personId: "ada", at: 50, ipAddress: "203.0.113.7" });
    signals.record({ kind: "session-revoked", personId: "ada", at: 100 });
    expect(signals.requiredClaims(tokenOf("ada", 10))).toEqual({
      nbf: { essential: true, value: "100" },
      xms_rp_ipaddr: { value: "203.0.113.7" },
    });
  });
});
