import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readAuthorizationRefusal } from "../../src/challenge/authorization-refusal.js";
import type { Refusal, UnrecoverableReason } from "../../src/challenge/refusal.js";
import { readTokenRefusal, type TokenGrant } from "../../src/challenge/token-refusal.js";

interface TokenErrorCase {
  readonly id: string;
  readonly channel: "token" | "authorize" | "transport";
  readonly grant: TokenGrant;
  readonly status: number;
  readonly headers?: { readonly "Retry-After"?: string };
  readonly body: unknown;
  readonly expect: {
    readonly handling: string;
    readonly claims: unknown;
    readonly keep_session: boolean;
    readonly auto_retries: 0 | 1;
    readonly user_status: number;
    readonly alert?: boolean;
    readonly drop_refresh_token?: boolean;
    readonly message?: string;
    readonly retry_after_s?: number;
  };
}

const CASES = readFileSync(new URL("../fixtures/token-errors.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as TokenErrorCase);

/** The status that a page for the reason has. */
const STATUS_BY_REASON: Readonly<Record<UnrecoverableReason, number>> = {
  "account-disabled": 403,
  "admin-consent": 403,
  cancelled: 403,
  "cannot-step-up": 403,
  device: 403,
  "foreign-tokens": 502,
  "invalid-response": 400,
  loop: 503,
  "not-assigned": 403,
  operator: 500,
  "policy-blocked": 403,
  "register-mfa": 403,
  "request-rejected": 502,
  "untrusted-authority": 503,
};

function readCase({ id, channel, grant, status, headers, body }: TokenErrorCase): Refusal {
  if (channel === "authorize") return readAuthorizationRefusal(body as Record<string, unknown>);
  const failure = id === "tls" ? "certificate" : "network";
  const refusal = readTokenRefusal({
    ...{ status, body, grant, now: 0 },
    ...(channel === "transport" && { failure }),
    ...(headers?.["Retry-After"] !== undefined && { retryAfter: headers["Retry-After"] }),
  });
  if (refusal === undefined) throw new Error(`${id} was taken for a grant`);
  return refusal;
}

/** A refusal in the words of the corpus; what does not apply is undefined, as in the corpus. */
function describeRefusal(refusal: Refusal): Record<string, unknown> {
  const kept = { keep_session: true };
  switch (refusal.handling) {
    case "interactive":
      return {
        ...kept,
        handling: refusal.claims === undefined ? "interactive" : "interactive-with-claims",
        claims: refusal.claims === undefined ? null : (JSON.parse(refusal.claims) as unknown),
        keep_session: refusal.endSession !== true,
        user_status: 302,
        drop_refresh_token: refusal.dropRefreshToken,
        alert: refusal.alert,
      };
    case "unrecoverable":
      return {
        ...kept,
        handling: refusal.handling,
        user_status: STATUS_BY_REASON[refusal.reason],
        alert: refusal.alert,
      };
    case "transient":
      return {
        ...kept,
        handling: refusal.handling,
        user_status: 503,
        retry_after_s: refusal.retryAfterSeconds,
      };
  }
}

/** Names of the corpus that a refusal does not have: whoever sends the request decides on a retry. */
const NOT_READ = new Set(["alternatives", "auto_retries"]);

describe.each(["token", "authorize", "transport"])("a refusal by the %s channel", (channel) => {
  const cases = CASES.filter((each) => each.channel === channel);

  it.each(cases)("is $expect.handling for $id", (each) => {
    const refusal = readCase(each);
    const { message, ...expected } = each.expect;
    const comparable = Object.entries(expected).filter(
      ([name]) => !NOT_READ.has(name) && (name !== "claims" || refusal.handling === "interactive"),
    );
    expect(describeRefusal(refusal)).toEqual(Object.fromEntries(comparable));
    if (refusal.handling === "unrecoverable" && message !== undefined) {
      expect(refusal.reason).toBe(message.replace("invalid-answer", "invalid-response"));
    }
  });
});

describe("the corpus of token errors", () => {
  it("holds nothing of the answer's text in any result", () => {
    for (const each of CASES) {
      const text = JSON.stringify(readCase(each));
      expect(text).not.toMatch(/AADSTS|@contoso|partial|login ok|ChangePassword|https?:/);
    }
  });
});
