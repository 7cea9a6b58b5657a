import {
  callProtectedApi,
  type ApiOutcome,
  type TokenDemand,
} from "../../src/protected-api/call-protected-api.js";
import type { ApiResponse } from "../../src/protected-api/send-api-request.js";
import type { InteractiveRefusal, Refusal } from "../../src/challenge/refusal.js";
import type { TokenResult } from "../../src/challenge/token-refusal.js";

/** The claims for authentication context c1. */
export const C1 = { access_token: { acrs: { essential: true, value: "c1" } } };
/** The claims for authentication context c2. */
export const C2 = { access_token: { acrs: { essential: true, value: "c2" } } };
/** The claims that name a policy, as the token endpoint sends them. */
export const POLICY = { access_token: { capolids: { essential: true, values: ["policy"] } } };

/** A response with data. */
export const OK: ApiResponse = { status: 200, wwwAuthenticate: null, body: { ok: true } };
/** A refusal that a sign-in may resolve. */
export const INTERACTIVE: InteractiveRefusal = { handling: "interactive", support: {} };

/** Returns a response of an API. */
export function answer(status: number, wwwAuthenticate: string | null = null): ApiResponse {
  return { status, wwwAuthenticate, body: undefined };
}

/** Returns a response that asks for these claims. */
export function challenge(claims: unknown): ApiResponse {
  const encoded = Buffer.from(JSON.stringify(claims)).toString("base64");
  return answer(401, `Bearer error="insufficient_claims", claims="${encoded}"`);
}

/** Returns a token that was acquired. */
export function token(accessToken: string): TokenResult {
  return { kind: "token", accessToken };
}

/** Returns a token that another request acquired in place of the refused one. */
export function replacement(accessToken: string): TokenResult {
  return { kind: "token", accessToken, isReplacement: true };
}

/** Returns a refused token. */
export function refused(refusal: Refusal): TokenResult {
  return { kind: "refused", refusal };
}

/** The tokens and responses of a call, in order. */
export interface CallScript {
  readonly tokens: TokenResult[];
  readonly answers: ApiResponse[];
}

/** Runs a call against these answers, in order, and tells what was asked of whom. */
export async function run(script: CallScript) {
  const asked: unknown[] = [];
  const demands: TokenDemand[] = [];
  const sent: string[] = [];
  const outcome = await callProtectedApi({
    acquireToken: (demand) => {
      const { claims, forceRefresh } = demand;
      demands.push(demand);
      asked.push(forceRefresh === true ? "renewal" : claims && JSON.parse(claims));
      const next = script.tokens.shift();
      if (next === undefined) throw new Error("It asked for a token too many");
      return Promise.resolve(next);
    },
    send: (accessToken) => {
      sent.push(accessToken);
      const next = script.answers.shift();
      if (next === undefined) throw new Error("It called once too often");
      return Promise.resolve(next);
    },
  });
  return { outcome, asked, demands, sent };
}

/** What a step-up would ask for; the claims parsed. */
export function claimsOf(outcome: ApiOutcome): unknown {
  if (outcome.kind !== "step-up-required") throw new Error(`It is ${outcome.kind}`);
  const { claims } = outcome.stepUp;
  return claims === undefined ? undefined : JSON.parse(claims);
}
