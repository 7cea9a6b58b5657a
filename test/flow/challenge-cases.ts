import { readFileSync } from "node:fs";
import type { ScriptedAnswer } from "../support/scripted-api.js";

/** A response of an API, and what it asks for. */
export interface ChallengeCase {
  readonly id: string;
  readonly header: string | string[];
  readonly status?: number;
  readonly via?: "parser-only";
  readonly expect: {
    readonly kind: "claims-challenge" | "step-up" | "malformed" | "none";
    readonly claims: { readonly access_token?: { readonly acrs?: unknown } } | null;
    readonly acr_values?: readonly string[] | null;
    readonly max_age?: number | null;
    readonly must_not_redirect_to?: string;
  };
}

const CASES = readFileSync(new URL("../fixtures/challenges.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as ChallengeCase)
  .filter(({ via }) => via !== "parser-only");

/** Returns the cases of one kind that can travel over HTTP. */
export function casesOf(kind: ChallengeCase["expect"]["kind"]): ChallengeCase[] {
  return CASES.filter((each) => each.expect.kind === kind);
}

/** Returns the response of the API in this case, without a body. */
export function responseOf({ status = 401, header }: ChallengeCase): ScriptedAnswer {
  const lines = [header].flat().map(toOctets);
  return { status, headers: lines.length === 0 ? {} : { "WWW-Authenticate": lines } };
}

/** Encodes a header line as octets: characters that are none travel as UTF-8. */
function toOctets(line: string): string {
  return /[\u0100-\uffff]/.test(line) ? Buffer.from(line).toString("latin1") : line;
}
