import { readFileSync } from "node:fs";
import type { ScriptedAnswer } from "../support/scripted-api.js";

/** A refusal of the authority, and its expected consequences. */
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

/** Returns the cases of one channel. */
export function readRefusalCases(channel: RefusalCase["channel"]): RefusalCase[] {
  return readFileSync(new URL("../fixtures/token-errors.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RefusalCase)
    .filter((each) => each.channel === channel);
}

/** Returns the response of the token endpoint in this case. */
export function responseOf({ status, headers = {}, body }: RefusalCase): ScriptedAnswer {
  return { status, headers, body };
}
