import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ApiChallenge, readApiChallenge } from "../../src/challenge/api-challenge.js";

interface ChallengeCase {
  readonly id: string;
  readonly group: string;
  readonly header: string | readonly string[];
  readonly status?: number;
  readonly expect: {
    readonly kind: ApiChallenge["kind"];
    readonly claims: unknown;
    readonly reason?: string;
    readonly acr_values?: readonly string[] | null;
    readonly max_age?: number | null;
  };
}

const CASES = readFileSync(new URL("../fixtures/challenges.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as ChallengeCase);

/** What the corpus says about an answer, in the words of the corpus. */
function describeChallenge(challenge: ApiChallenge): unknown {
  switch (challenge.kind) {
    case "claims-challenge":
      return { kind: challenge.kind, claims: JSON.parse(challenge.claims) as unknown };
    case "step-up": {
      const { kind, acrValues = null, maxAgeSeconds = null } = challenge;
      return { kind, claims: null, acr_values: acrValues, max_age: maxAgeSeconds };
    }
    case "malformed":
      return { kind: challenge.kind, claims: null, reason: challenge.reason };
    case "none":
      return { kind: challenge.kind, claims: null };
  }
}

describe.each([...new Set(CASES.map(({ group }) => group))])("readApiChallenge: %s", (group) => {
  const cases = CASES.filter((each) => each.group === group);

  it.each(cases)("gives $expect.kind for $id", ({ header, status = 401, expect: expected }) => {
    const challenge = readApiChallenge({ status, wwwAuthenticate: header });
    expect(describeChallenge(challenge)).toMatchObject(
      Object.fromEntries(
        Object.entries(expected).filter(
          ([name]) => name !== "alternatives" && name !== "must_not_redirect_to",
        ),
      ),
    );
    if (Array.isArray(header)) {
      const joined = readApiChallenge({ status, wwwAuthenticate: header.join(", ") });
      expect(joined).toEqual(challenge);
    }
  });
});
