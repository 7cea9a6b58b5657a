import type { AuthorizationRequest } from "../authorize/authorization-request.js";
import type { SignInFacts } from "../directory/evaluate-access.js";
import type { RequestedScopes } from "../scopes.js";

/** The result of one interactive sign-in; every token issued from it is revoked with it. */
export interface Grant {
  /** The client that may redeem what was issued from it. */
  readonly clientId: string;
  readonly personKey: string;
  /** The `sid` of tokens. */
  readonly sid: string;
  /** What had been proved at the sign-in; a refresh adds nothing. */
  facts: SignInFacts;
  revoked: boolean;
}

/** An authorization code. It is kept after its use, to detect a second one. */
export interface CodeRecord {
  readonly grant: Grant;
  readonly request: AuthorizationRequest;
  /** The authentication contexts granted at the sign-in. */
  readonly contexts: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  redeemed: boolean;
}

/** A refresh token. */
export interface RefreshTokenRecord {
  readonly grant: Grant;
  /** The scopes of the authorization request, for a refresh that names none. */
  readonly scopes: RequestedScopes;
}
