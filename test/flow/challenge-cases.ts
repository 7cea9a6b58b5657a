import { readFileSync } from "node:fs";
import type { ScriptedAnswer } from "../support/scripted-api.js";

/** What an API answers, and what that asks for. */
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

/** The cases of one kind that can travel over HTTP. */
export function casesOf(kind: ChallengeCase["expect"]["kind"]): ChallengeCase[] {
  return CASES.filter((each) => each.expect.kind === kind);
}

/** The answer of the API in this case, without a body. */
export function answerOf({ status = 401, header }: ChallengeCase): ScriptedAnswer {
  const lines = [header].flat().map(toOctets);
  return { status, headers: lines.length === 0 ? {} : { "WWW-Authenticate": lines } };
}

/** A header holds octets: characters that are none travel as UTF-8. */
function toOctets(line: string): string {
  return /[\u0100-\uffff]/.test(line) ? Buffer.from(line).toString("latin1") : line;
}
