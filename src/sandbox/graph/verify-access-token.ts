import { errors, jwtVerify } from "jose";
import { z } from "zod";
import type { PersonState } from "../directory/people.js";
import { GRAPH_AUDIENCE } from "../registration.js";
import type { SandboxState } from "../sandbox-state.js";

/** An access token for Graph that is valid. */
export interface GraphToken {
  readonly kind: "valid";
  readonly iat: number;
  readonly ipaddr: string;
  readonly scopes: readonly string[];
  readonly person: PersonState;
  readonly clientId: string;
  /** The client handles claims challenges (`cp1`). */
  readonly handlesChallenges: boolean;
}

type TokenVerdict = { readonly kind: "invalid"; readonly reason: string } | GraphToken;

const claimsSchema = z.object({
  iat: z.number(),
  azp: z.string(),
  oid: z.string(),
  scp: z.string(),
  ipaddr: z.string(),
  xms_cc: z.array(z.string()).default([]),
});

/** Seconds by which the clocks of the authority and of Graph may differ. */
const CLOCK_SKEW_SECONDS = 60;

/**
 * Verifies an access token as every API has to: signature, algorithm, issuer, audience and time. The
 * route checks the scope. Refuses an ID token, whose audience is the client.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens | Validate tokens}
 */
export async function verifyAccessToken(
  state: SandboxState,
  authorization = "",
): Promise<TokenVerdict> {
  const jwt = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1];
  if (jwt === undefined) return { kind: "invalid", reason: "Access token is empty." };
  const claims = await readVerifiedClaims(state, jwt);
  if (claims === undefined) {
    return { kind: "invalid", reason: "Access token validation failure." };
  }
  const { iat, ipaddr, azp, oid, scp, xms_cc } = claims;
  const person = [...state.directory.values()].find(({ objectId }) => objectId === oid);
  if (person === undefined) return { kind: "invalid", reason: "The user does not exist." };
  const handlesChallenges = xms_cc.some((name) => name.toLowerCase() === "cp1");
  return {
    kind: "valid",
    iat,
    ipaddr,
    scopes: scp.split(" "),
    person,
    clientId: azp,
    handlesChallenges,
  };
}

async function readVerifiedClaims({ keys, issuer, now }: SandboxState, jwt: string) {
  try {
    const { payload } = await jwtVerify(jwt, keys.find, {
      algorithms: ["RS256"],
      typ: "JWT",
      issuer,
      audience: GRAPH_AUDIENCE,
      requiredClaims: ["exp", "iat", "nbf"],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(now()),
    });
    return claimsSchema.safeParse(payload).data;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
