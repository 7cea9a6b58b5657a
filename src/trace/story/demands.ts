import type { Message, TokenView } from "../trace-entry.js";

/** One claim that a claims request asks of an access token. */
export interface Demand {
  readonly name: string;
  /** Any one of these satisfies it; none when the claim itself is asked for. */
  readonly values: readonly string[];
}

/** A piece of a sentence; code is set as such. */
export type Words = readonly (string | { readonly code: string })[];

/** Whether a token meets a demand; only the authority can judge some of them. */
export type Verdict = "met" | "not met" | "Entra ID decides";

type Claims = Readonly<Record<string, unknown>>;

/** Claims that the app sends with every request for a token: the client's capabilities. */
const OWN_CLAIMS: ReadonlySet<string> = new Set(["xms_cc"]);

/** Claims that name policies of the authority, which no token holds. */
const POLICY_CLAIMS: ReadonlySet<string> = new Set(["capolids", "polids"]);

/** Returns what a claims request asks of the access token, without the app's own capabilities. */
export function demandsOf(claims: string | undefined): readonly Demand[] {
  const { access_token: named = {} } = JSON.parse(claims ?? "{}") as { access_token?: Claims };
  return Object.entries(named)
    .filter(([name]) => !OWN_CLAIMS.has(name))
    .map(([name, asked]) => ({ name, values: valuesOf(asked) }));
}

function valuesOf(asked: unknown): readonly string[] {
  // The capital letter is in older refusals of Entra.
  const { value, values, Values } = Object(asked) as {
    readonly value?: unknown;
    readonly values?: unknown;
    readonly Values?: unknown;
  };
  const list = value === undefined ? (values ?? Values) : [value];
  return Array.isArray(list) ? list.map(String) : [];
}

/** Returns the ids of the policies that a refusal names. */
export function policiesOf({ claims }: Pick<Message, "claims">): readonly string[] {
  const demands = demandsOf(claims).filter(({ name }) => POLICY_CLAIMS.has(name));
  return demands.flatMap(({ values }) => values);
}

/** Returns whether a token meets a demand. */
export function judge({ name, values }: Demand, token: TokenView | undefined): Verdict {
  const claims = token?.claims ?? {};
  if (POLICY_CLAIMS.has(name)) return "Entra ID decides";
  if (name === "nbf") return isMet(Number(claims.iat ?? claims.nbf ?? 0) >= Number(values[0] ?? 0));
  const held = heldValues(CLAIM_OF_DEMAND[name] ?? name, claims);
  return isMet(values.length === 0 ? held.length > 0 : values.some((each) => held.includes(each)));
}

/** The claim of a token that answers a demand of another name. */
const CLAIM_OF_DEMAND: Readonly<Record<string, string>> = { xms_rp_ipaddr: "ipaddr" };

function isMet(condition: boolean): Verdict {
  return condition ? "met" : "not met";
}

/** Returns the values of a token's claim as text. */
export function heldValues(name: string, claims: Claims): readonly string[] {
  const held = claims[name];
  if (held === undefined) return [];
  const list: readonly unknown[] = Array.isArray(held) ? held : [held];
  return list.map(String);
}

/** Returns the claim of a token that a demand is about. */
export function claimOf(demand: Demand): string {
  if (demand.name === "nbf") return "iat";
  return CLAIM_OF_DEMAND[demand.name] ?? demand.name;
}

/** Returns a demand in a few words: `acrs c1`, `nbf 10:13:25`; the ids of policies are too long. */
export function shortDemand({ name, values }: Demand): string {
  if (POLICY_CLAIMS.has(name)) return name;
  const [first] = values;
  if (name === "nbf" && first !== undefined) return `nbf ${clockTime(Number(first) * 1000)}`;
  return [name, values.join(" or ")].join(" ").trimEnd();
}

/** Returns what was asked for, as the object of "The API wanted". */
export function wantedWords(demand: Demand): Words {
  const { name, values } = demand;
  const [first = ""] = values;
  if (name === "nbf") return [`a token issued after ${clockTime(Number(first) * 1000)}`];
  if (name === "auth_time") return ["a recent sign-in"];
  if (name === "xms_rp_ipaddr") return [`a token for the address ${first}`];
  return [{ code: values.length === 0 ? name : `${name} = ${values.join(" or ")}` }];
}

/** Returns what the token had instead: "your token had none". */
export function lackedWords(demand: Demand, token: TokenView | undefined): Words {
  const held = heldValues(claimOf(demand), token?.claims ?? {});
  if (demand.name === "nbf") return ["yours was older"];
  if (demand.name === "auth_time") {
    return held.length === 0 ? ["yours had no time"] : [`yours was at ${timeOf(held)}`];
  }
  if (demand.name === "xms_rp_ipaddr") return [`yours was for ${held[0] ?? "another one"}`];
  return held.length === 0
    ? ["your token had none"]
    : ["your token had ", { code: held.join(", ") }];
}

function timeOf(held: readonly string[]): string {
  return clockTime(Number(held[0]) * 1000);
}

/** Returns the time of day in UTC: `10:13:25`. */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? "an unreadable time" : date.toISOString().slice(11, 19);
}
