import { z } from "zod";
import { AuthorityError } from "./aadsts.js";
import { CONTEXT_POLICIES } from "./directory/policies.js";

/** An authentication context that a client asks for. */
export interface RequestedContext {
  readonly id: string;
  /** How it asks: `acrs = c1`. */
  readonly sentAs: string;
}

/** The part of a `claims` parameter that the sandbox supports. */
interface RequestedClaims {
  /** Authentication contexts: those in `acrs`, and those whose policies `capolids` names. */
  readonly contexts: readonly RequestedContext[];
  /** The client's capabilities (`xms_cc`): `cp1` if it handles claims challenges. */
  readonly capabilities: readonly string[];
}

const MAX_VALUES = 16;
const CONTEXT_ID = /^c[1-9][0-9]?$/;
const CAPABILITY = /^[A-Za-z0-9_]{1,32}$/;

/** A member of another shape requests nothing: clients send many that the sandbox does not know. */
const member = z
  .object({
    value: z.string().optional(),
    values: z.array(z.string()).max(MAX_VALUES).default([]),
  })
  .transform(({ value, values }) => (value === undefined ? values : [value, ...values]))
  .catch([])
  .default([]);
const accessToken = z.object({ acrs: member, capolids: member, xms_cc: member });
const claimsSchema = z.object({ access_token: accessToken.optional().catch(undefined) });

/**
 * Reads the `claims` parameter of an authorization or token request; any JSON object is accepted.
 *
 * @throws {@link AuthorityError} 9000410 when it is not a JSON object.
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter | claims}
 */
export function readClaims(text: string | undefined): RequestedClaims {
  const parsed = claimsSchema.safeParse(parseJson(text || "{}"));
  if (!parsed.success) throw new AuthorityError(9000410);
  const { acrs = [], capolids = [], xms_cc = [] } = parsed.data.access_token ?? {};
  const ofPolicies = [...CONTEXT_POLICIES]
    .filter(([, policy]) => capolids.includes(policy.id))
    .map(([id, policy]) => ({ id, sentAs: `capolids = ${policy.id}` }));
  return {
    contexts: [...contextsIn(acrs, "acrs"), ...ofPolicies],
    capabilities: [...new Set(xms_cc.filter((name) => CAPABILITY.test(name)))],
  };
}

/**
 * Returns the authentication contexts in `acr_values` and ignores all other values.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9470#section-4 | RFC 9470, section 4}
 */
export function readAcrValues(text = ""): readonly RequestedContext[] {
  return contextsIn(text.split(" ").slice(0, MAX_VALUES), "acr_values");
}

function contextsIn(values: readonly string[], parameter: string): RequestedContext[] {
  const ids = new Set(values.filter((each) => CONTEXT_ID.test(each)));
  return [...ids].map((id) => ({ id, sentAs: `${parameter} = ${id}` }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AuthorityError(9000410);
  }
}
