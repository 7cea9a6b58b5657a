import { createHash, randomUUID } from "node:crypto";
import type { SeenRequest } from "./listen.js";
import type { ScriptedAnswer } from "./scripted-api.js";
import type { Person, SignIn } from "./authority-tokens.js";

/** The sign-in that a token request is granted tokens for, or the response that refuses it. */
export type Redemption =
  | { readonly granted: SignIn; readonly refused?: never }
  | { readonly granted?: never; readonly refused: ScriptedAnswer };

/** Codes, refresh tokens and the authentication contexts that people have reached. */
export interface Grants {
  /** Signs a person in and returns the code of the authorization response. */
  readonly authorize: (params: Params, person: Person) => string;
  /** Redeems the code or the refresh token of a token request. */
  readonly redeem: (request: SeenRequest) => Redemption;
  readonly issueRefreshToken: (signIn: SignIn) => string;
  /** Refuses every refresh token that was issued so far. */
  readonly revokeAll: () => void;
  /** Returns the authentication contexts that a person has reached, for `acrs`. */
  readonly reached: (person: Person) => readonly string[];
}

type Params = Readonly<Record<string, string>>;

interface PendingCode {
  readonly signIn: SignIn;
  readonly redirectUri: string | undefined;
  readonly codeChallenge: string | undefined;
}

/** Creates the grants of an authority, in memory; `now` is its clock. */
export function createGrants(now: () => number): Grants {
  const codes = new Map<string, PendingCode>();
  const refreshTokens = new Map<string, SignIn>();
  const contexts = new Map<string, Set<string>>();

  function authorize(params: Params, person: Person): string {
    const reached = contexts.get(person.oid) ?? new Set();
    for (const context of requestedContexts(params["claims"])) reached.add(context);
    contexts.set(person.oid, reached);
    const code = randomUUID();
    const signIn: SignIn = {
      person,
      clientId: params["client_id"] ?? "",
      scope: params["scope"] ?? "",
      ...(params["nonce"] !== undefined && { nonce: params["nonce"] }),
      sid: randomUUID(),
      authTime: Math.floor(now() / 1000),
    };
    const { redirect_uri: redirectUri, code_challenge: codeChallenge } = params;
    codes.set(code, { signIn, redirectUri, codeChallenge });
    return code;
  }

  function redeemCode(params: Params): Redemption {
    const pending = codes.get(params["code"] ?? "");
    codes.delete(params["code"] ?? "");
    if (!pending) return { refused: tokenError(54005, "invalid_grant") };
    const { signIn, redirectUri, codeChallenge } = pending;
    if (params["client_id"] !== signIn.clientId) {
      return { refused: tokenError(700016, "unauthorized_client") };
    }
    if (params["redirect_uri"] !== redirectUri) {
      return { refused: tokenError(50011, "invalid_grant") };
    }
    if (codeChallenge !== undefined && codeChallenge !== s256(params["code_verifier"] ?? "")) {
      return { refused: tokenError(501481, "invalid_grant") };
    }
    return { granted: signIn };
  }

  function redeemRefreshToken(params: Params): Redemption {
    const signIn = refreshTokens.get(params["refresh_token"] ?? "");
    if (!signIn) return { refused: tokenError(50173, "invalid_grant", { suberror: "bad_token" }) };
    const reached = contexts.get(signIn.person.oid);
    const lacks = requestedContexts(params["claims"]).some((context) => !reached?.has(context));
    if (lacks) {
      return { refused: tokenError(50076, "invalid_grant", { suberror: "basic_action" }) };
    }
    return { granted: { ...signIn, scope: params["scope"] ?? signIn.scope } };
  }

  return {
    authorize,
    redeem: ({ params }) => {
      if (params["grant_type"] === "authorization_code") return redeemCode(params);
      if (params["grant_type"] === "refresh_token") return redeemRefreshToken(params);
      return { refused: tokenError(70003, "unsupported_grant_type") };
    },
    issueRefreshToken: (signIn) => {
      const token = randomUUID();
      refreshTokens.set(token, signIn);
      return token;
    },
    revokeAll: () => {
      refreshTokens.clear();
    },
    reached: (person) => [...(contexts.get(person.oid) ?? [])],
  };
}

/** Returns an error response of the token endpoint in Entra's form. */
export function tokenError(
  aadsts: number,
  error: string,
  more: Readonly<Record<string, unknown>> = {},
): ScriptedAnswer {
  const body = {
    error,
    error_description: `AADSTS${aadsts}: Refused by the tests' authority.`,
    error_codes: [aadsts],
    timestamp: new Date().toISOString(),
    trace_id: randomUUID(),
    correlation_id: randomUUID(),
    ...more,
  };
  return { status: error === "invalid_client" ? 401 : 400, body };
}

interface AcrsRequest {
  readonly access_token?: {
    readonly acrs?: { readonly value?: string; readonly values?: readonly string[] };
  };
}

/** Returns the authentication contexts that a claims request names. */
function requestedContexts(claims: string | undefined): readonly string[] {
  const acrs = (JSON.parse(claims ?? "{}") as AcrsRequest).access_token?.acrs;
  return [...(acrs?.value === undefined ? [] : [acrs.value]), ...(acrs?.values ?? [])];
}

function s256(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}
