import { expect } from "vitest";
import type { Visited } from "../support/http-browser.js";
import type { RefusalCase } from "./refusal-cases.js";
import type { ScriptedActors } from "./scripted-actors.js";

/** Seconds to wait when the authority names none. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;
const COOL_DOWN_SECONDS = 300;

/** Expects a page that explains the refusal, with what a help desk needs and nothing else of it. */
export function expectExplanation(page: Visited, refusal: RefusalCase): void {
  const { user_status: status, handling, retry_after_s: retryAfter } = refusal.expect;
  expect(page.status).toBe(status);
  expect(page.location).toBeUndefined();
  expect(page.body).toMatch(/What you can do|has to act|Wait, then try again/);
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

/** Expects an error in the log when the case alerts the operator, and no text of the authority. */
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

/** Returns the texts of a response that only the authority's own pages may show. */
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
