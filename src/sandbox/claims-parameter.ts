import { z } from "zod";
import { AuthorityError } from "./aadsts.js";
import { CONTEXT_POLICIES } from "./policies.js";

/** What a `claims` parameter asks for, of all that the sandbox understands. */
export interface ClaimsDemand {
  /** Authentication contexts: those of `acrs`, and those whose policies `capolids` names. */
  readonly contexts: readonly string[];
  /** What the client says it can do (`xms_cc`): `cp1` is "answers claims challenges". */
  readonly capabilities: readonly string[];
}

const MAX_VALUES = 16;
const CONTEXT_ID = /^c[1-9][0-9]?$/;
const CAPABILITY = /^[A-Za-z0-9_]{1,32}$/;

const values = z.array(z.string()).max(MAX_VALUES);
const member = z
  .object({ value: z.string().optional(), values: values.optional() })
  .transform((asked) => [
    ...(asked.value === undefined ? [] : [asked.value]),
    ...(asked.values ?? []),
  ]);
/** A member of an unknown shape asks for nothing; MSAL and others send many that we do not know. */
const tolerated = member.catch([]);
const accessToken = z
  .object({
    acrs: tolerated.optional(),
    capolids: tolerated.optional(),
    xms_cc: tolerated.optional(),
  })
  .catch({});
const claimsRequest = z.object({ access_token: accessToken.optional() });

/**
 * Reads the `claims` parameter of an authorization or token request; any JSON object is tolerated.
 *
 * @throws {@link AuthorityError} 9000410 when it is not a JSON object.
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter | claims}
 */
export function readClaims(text: string | undefined): ClaimsDemand {
  if (text === undefined || text === "") return { contexts: [], capabilities: [] };
  const parsed = claimsRequest.safeParse(parseJson(text));
  if (!parsed.success) throw new AuthorityError(9000410);
  const asked = parsed.data.access_token ?? {};
  const contexts = [...(asked.acrs ?? []), ...contextsOfPolicies(asked.capolids ?? [])];
  return {
    contexts: [...new Set(contexts.filter((context) => CONTEXT_ID.test(context)))],
    capabilities: [...new Set((asked.xms_cc ?? []).filter((name) => CAPABILITY.test(name)))],
  };
}

/**
 * The contexts among `acr_values`, which RFC 9470 lets a client ask for; other values are ignored.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9470#section-4 | RFC 9470, section 4}
 */
export function readAcrValues(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(" ")
    .slice(0, MAX_VALUES)
    .filter((value) => CONTEXT_ID.test(value));
}

function contextsOfPolicies(policyIds: readonly string[]): string[] {
  return [...CONTEXT_POLICIES]
    .filter(([, policy]) => policyIds.includes(policy.id))
    .map(([context]) => context);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AuthorityError(9000410);
  }
}
