import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RefusalTopic } from "../../src/challenge/refusal-topic.js";
import { readAuthorizationRefusal, readTokenRefusal } from "../../src/challenge/token-refusal.js";
import type {
  TokenGrant,
  TokenRefusal,
  UnrecoverableReason,
} from "../../src/challenge/token-refusal.js";

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
  "invalid-answer": 400,
  loop: 503,
  "not-assigned": 403,
  operator: 500,
  "policy-blocked": 403,
  "register-mfa": 403,
  "request-rejected": 502,
  "untrusted-authority": 503,
};

function readCase({ id, channel, grant, status, headers, body }: TokenErrorCase): TokenRefusal {
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
function describeRefusal(refusal: TokenRefusal): Record<string, unknown> {
  const kept = { keep_session: true, auto_retries: 0, claims: null };
  switch (refusal.handling) {
    case "interactive":
      return {
        ...kept,
        handling: refusal.claims === undefined ? "interactive" : "interactive-with-claims",
        claims: parseClaims(refusal.claims),
        keep_session: refusal.endSession !== true,
        user_status: 302,
        drop_refresh_token: refusal.dropRefreshToken,
        alert: refusal.alert,
      };
    case "unrecoverable":
      return {
        ...kept,
        handling: refusal.handling,
        claims: parseClaims(refusal.claims),
        user_status: STATUS_BY_REASON[refusal.reason],
        alert: refusal.alert,
      };
    case "transient":
      return {
        ...kept,
        handling: refusal.handling,
        auto_retries: refusal.mayRetry === true ? 1 : 0,
        user_status: 503,
        retry_after_s: refusal.retryAfterSeconds,
      };
  }
}

function parseClaims(claims: string | undefined): unknown {
  return claims === undefined ? null : (JSON.parse(claims) as unknown);
}

/** What the page is about. */
function topicOf(refusal: TokenRefusal): RefusalTopic | UnrecoverableReason | undefined {
  if (refusal.handling === "interactive") return refusal.topic;
  return refusal.handling === "unrecoverable" ? refusal.reason : undefined;
}

describe.each(["token", "authorize", "transport"])("a refusal by the %s channel", (channel) => {
  const cases = CASES.filter((each) => each.channel === channel);

  it.each(cases)("is $expect.handling for $id", (each) => {
    const refusal = readCase(each);
    const { message, ...expected } = each.expect;
    const comparable = Object.entries(expected).filter(([name]) => name !== "alternatives");
    expect(describeRefusal(refusal)).toEqual(Object.fromEntries(comparable));
    if (message !== undefined) expect(topicOf(refusal)).toBe(message);
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
