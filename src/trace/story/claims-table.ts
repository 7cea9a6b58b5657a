import type { Message, TokenView } from "../trace-entry.js";
import { claimOf, clockTime, demandsOf, heldValues, judge } from "./demands.js";
import type { Demand, Verdict } from "./demands.js";
import { isChallenge } from "./outcome-kind.js";

/** One claim that was asked for, from the challenge to the new token. */
export interface ClaimRow {
  readonly name: string;
  /** Empty cells are for what did not happen, so far. */
  readonly apiAsked: string;
  readonly authorityAdded: string;
  readonly appSent: string;
  readonly tokenBefore: string;
  readonly tokenNow: string;
  readonly verdict: Verdict | "not asked";
}

/**
 * Returns the claims that were asked for up to a message and the tokens received, for a message that
 * carries claims or a token.
 */
export function claimsTable(message: Message, messages: readonly Message[]): readonly ClaimRow[] {
  if (message.claims === undefined && message.tokens.length === 0) return [];
  const known = messages.filter(({ number }) => number <= message.number);
  const challenge = known.findLast(isChallenge);
  const refusal = known.findLast(({ kind, claims }) => kind === "token-response" && claims);
  const sent = known.findLast((each) => each.claims !== undefined && isSent(each));
  const before = tokenBefore(challenge, known);
  const now = known.flatMap(({ tokens }) => tokens).findLast(({ use }) => use === "access token");
  const [asked, added, carried] = [challenge, refusal, sent].map((each) => demandsOf(each?.claims));
  const all = [...(asked ?? []), ...(added ?? [])];
  const names = [...new Set([...all, ...(carried ?? [])].map(({ name }) => name))];
  return names.map((name) => {
    const demand = all.find((each) => each.name === name);
    const claim = demand === undefined ? name : claimOf(demand);
    return {
      name,
      apiAsked: cellOf(asked, name),
      authorityAdded: cellOf(added, name),
      appSent: cellOf(carried, name),
      tokenBefore: heldText(claim, before, message.at),
      tokenNow: heldText(claim, now, message.at),
      verdict: demand === undefined ? "not asked" : judge(demand, now),
    };
  });
}

function isSent({ kind }: Message): boolean {
  return kind === "token-request" || kind === "authorization-request";
}

function tokenBefore(
  challenge: Message | undefined,
  messages: readonly Message[],
): TokenView | undefined {
  const calls = messages.filter(({ kind }) => kind === "api-call");
  return calls.findLast(({ number }) => number < (challenge?.number ?? 0))?.tokens[0];
}

function cellOf(demands: readonly Demand[] | undefined, name: string): string {
  const demand = demands?.find((each) => each.name === name);
  if (demand === undefined) return "";
  const values = demand.values.map((value) => (isTime(name) ? timeText(Number(value)) : value));
  return values.length === 0 ? "yes" : values.join(" or ");
}

function heldText(claim: string, token: TokenView | undefined, at: number): string {
  if (token === undefined) return "";
  const held = heldValues(claim, token.claims ?? {});
  if (held.length === 0) return "none";
  return isTime(claim) ? timeAndAge(Number(held[0]), at) : held.join(", ");
}

/** Returns whether a claim is a time, in seconds since the epoch. */
export function isTime(claim: string): boolean {
  return ["auth_time", "exp", "iat", "nbf"].includes(claim);
}

/** Returns a time in seconds and its age at another one, in milliseconds. */
export function timeAndAge(seconds: number, at: number): string {
  const age = Math.round(at / 1_000 - seconds);
  const words = age >= 0 ? `${spanOf(age)} ago` : `in ${spanOf(-age)}`;
  return `${timeText(seconds)} (${words})`;
}

function timeText(seconds: number): string {
  return clockTime(seconds * 1_000);
}

function spanOf(seconds: number): string {
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
