import type { AuthorizationRequest } from "./authorize/authorization-request.js";
import type { SignInFacts } from "./evaluate-access.js";
import type { RequestedScopes } from "./scopes.js";

/** What one interactive sign-in gave the client; everything issued from it ends with it. */
export interface Grant {
  readonly personKey: string;
  /** The sign-in session, as the `sid` of tokens. */
  readonly sid: string;
  /** What had been proved when it was given; a refresh cannot add to it. */
  facts: SignInFacts;
  /** Replayed, or revoked on the control page. */
  revoked: boolean;
}

/** An authorization code. It is kept after its use, to notice the second use. */
export interface CodeRecord {
  readonly grant: Grant;
  readonly request: AuthorizationRequest;
  /** The authentication contexts granted on the way. */
  readonly contexts: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  redeemed: boolean;
}

/** A refresh token. It stays usable when it was used, as Entra's do. */
export interface RefreshTokenRecord {
  readonly grant: Grant;
  /** The scopes of the authorization request, for a refresh that names none. */
  readonly scopes: RequestedScopes;
}
