import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Visited } from "../support/http-browser.js";
import type { ScriptedAnswer } from "../support/scripted-api.js";
import type { ScriptedActors } from "./scripted-actors.js";

/** A refusal of the authority, and what must come of it. */
export interface RefusalCase {
  readonly id: string;
  readonly channel: "token" | "authorize" | "transport";
  readonly grant: "authorization_code" | "refresh_token";
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly expect: {
    readonly handling: "interactive" | "interactive-with-claims" | "transient" | "unrecoverable";
    readonly claims: Readonly<Record<string, object>> | null;
    readonly keep_session: boolean;
    readonly auto_retries: number;
    readonly user_status: number;
    readonly alert?: boolean;
    readonly drop_refresh_token?: boolean;
    readonly retry_after_s?: number;
    readonly message?: string;
  };
}

/** The cases of one channel. */
export function readRefusalCases(channel: RefusalCase["channel"]): RefusalCase[] {
  return readFileSync(new URL("../fixtures/token-errors.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RefusalCase)
    .filter((each) => each.channel === channel);
}

/** What the token endpoint answers in this case. */
export function answerOf({ status, headers = {}, body }: RefusalCase): ScriptedAnswer {
  return { status, headers, body };
}

/** Seconds to wait when the authority names none. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;
const COOL_DOWN_SECONDS = 300;

/** A page explains the refusal, names what a help desk needs, and tells nothing else of it. */
export function expectExplanation(page: Visited, refusal: RefusalCase): void {
  const { user_status: status, handling, retry_after_s: retryAfter } = refusal.expect;
  expect(page.status).toBe(status);
  expect(page.location).toBeUndefined();
  expect(page.body).toContain("The next move is");
  for (const text of textsOf(refusal)) expect(page.body).not.toContain(text);
  const { correlation_id: correlationId, error_codes: codes } = membersOf(refusal);
  if (handling === "transient") {
    const seconds = retryAfter ?? DEFAULT_RETRY_AFTER_SECONDS;
    expect(page.headers.get("Retry-After")).toBe(String(seconds));
    return;
  }
  // What is wrong with the app's own registration is for its log, not for the browser.
  const isShown = page.status !== 500;
  if (Array.isArray(codes)) {
    expect(page.body.includes(`AADSTS${String(codes.at(-1))}`)).toBe(isShown);
  }
  if (typeof correlationId === "string") expect(page.body.includes(correlationId)).toBe(isShown);
  const coolDown = refusal.expect.message === "loop" ? String(COOL_DOWN_SECONDS) : null;
  expect(page.headers.get("Retry-After")).toBe(coolDown);
}

/** The log has one line for the operator when it must, and nothing of the authority's text. */
export function expectLog({ logLines }: ScriptedActors, refusal: RefusalCase): void {
  const lines = logLines.map((line) => JSON.parse(line) as { level: number });
  expect(lines.length).toBeGreaterThan(0);
  const errors = lines.filter(({ level }) => level >= 50);
  expect(errors).toHaveLength(refusal.expect.alert === true ? 1 : 0);
  for (const text of [...textsOf(refusal), "eyJ"]) expect(logLines.join("\n")).not.toContain(text);
}

function membersOf({ body }: RefusalCase): Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null ? { ...body } : {};
}

/** The texts of an answer that only the authority's own pages may show. */
function textsOf(refusal: RefusalCase): string[] {
  const { error_description: description, claims, ...others } = membersOf(refusal);
  const text = typeof description === "string" ? description : "";
  const sentences = text
    .replace(/(?:Trace ID|Correlation ID|Timestamp):[\s\S]*/, "")
    .split(/AADSTS\d+:|[.\r\n"]/);
  const values = [others["adi"], others["password_change_url"], refusal.headers?.["Location"]];
  const guids = JSON.stringify(claims ?? "").match(/[0-9a-f]{8}-[0-9a-f-]{27}|c(?:ap)?olids/g);
  return [...sentences, ...values, ...(guids ?? [])]
    .map((each) => (typeof each === "string" ? each.trim() : ""))
    .filter((each) => each.length > 7);
}
