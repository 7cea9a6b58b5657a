import { describe, expect, it } from "vitest";
import {
  type AccessQuestion,
  evaluateAccess,
} from "../../../src/sandbox/directory/evaluate-access.js";
import { createDirectory, type PersonState } from "../../../src/sandbox/directory/people.js";

const NOW = 1_000_000_000;

function person(changes: Partial<PersonState> = {}): PersonState {
  const ada = createDirectory().get("ada");
  if (ada === undefined) throw new Error("Ada is missing");
  return { ...ada, ...changes };
}

function evaluate(changes: Partial<AccessQuestion>) {
  const question = { person: person(), facts: { passwordAt: NOW }, contexts: [], now: NOW };
  return evaluateAccess({ ...question, ...changes });
}

describe("evaluateAccess", () => {
  it("grants the contexts that hold already when none is requested", () => {
    expect(evaluate({})).toEqual({ kind: "granted", contexts: ["c3"] });
  });

  it("adds c1 without a request when the second factor was used", () => {
    const facts = { passwordAt: NOW, secondFactorAt: NOW - 86_400_000 };
    expect(evaluate({ facts })).toEqual({ kind: "granted", contexts: ["c1", "c3"] });
  });

  it("requires the second factor for c1", () => {
    expect(evaluate({ contexts: ["c1"] })).toMatchObject({
      kind: "interaction-required",
      missing: "second-factor",
      expired: false,
    });
  });

  it("requires the password first for c2 when both are too old", () => {
    const facts = { passwordAt: NOW - 300_001, secondFactorAt: NOW - 300_001 };
    expect(evaluate({ facts, contexts: ["c2"] })).toMatchObject({
      missing: "password",
      expired: true,
    });
  });

  it("requires only the second factor for c2 when the password is fresh", () => {
    const facts = { passwordAt: NOW, secondFactorAt: NOW - 300_001 };
    expect(evaluate({ facts, contexts: ["c2"] })).toMatchObject({
      missing: "second-factor",
      expired: true,
    });
  });

  it("grants c2 after an old sign-in when its age is ignored, but not without the factor", () => {
    const question = { contexts: ["c2"], ignoresSignInAge: true };
    const facts = { passwordAt: NOW - 600_000, secondFactorAt: NOW - 600_000 };
    expect(evaluate({ ...question, facts })).toMatchObject({ contexts: ["c1", "c2", "c3"] });
    const password = { passwordAt: NOW - 600_000 };
    expect(evaluate({ ...question, facts: password })).toMatchObject({ missing: "second-factor" });
  });

  it("grants c2 at exactly 300 seconds", () => {
    const facts = { passwordAt: NOW - 300_000, secondFactorAt: NOW - 300_000 };
    expect(evaluate({ facts, contexts: ["c2"] })).toMatchObject({ contexts: ["c1", "c2", "c3"] });
  });

  it("refuses c3 on an unmanaged device before it asks for a proof", () => {
    const unmanaged = person({ deviceCompliant: false });
    expect(evaluate({ person: unmanaged, contexts: ["c1", "c3"] })).toMatchObject({
      kind: "refused",
      reason: "device-not-compliant",
    });
  });

  it("refuses a blocked person without any request", () => {
    expect(evaluate({ person: person({ blocked: true }) })).toMatchObject({ reason: "blocked" });
  });

  it("requires the second factor for every token when the switch is set", () => {
    expect(evaluate({ person: person({ secondFactorEverywhere: true }) })).toMatchObject({
      missing: "second-factor",
    });
  });

  it("grants a context without a policy", () => {
    expect(evaluate({ contexts: ["c77"] })).toMatchObject({ contexts: ["c3", "c77"] });
  });
});
