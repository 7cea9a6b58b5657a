import { readApiChallenge } from "../challenge/api-challenge.js";
import { mergeClaimsRequests, type ClaimsRequest } from "../challenge/claims-request.js";
import type { Refusal, UnrecoverableRefusal } from "../challenge/refusal.js";
import { stepUpFor, type StepUp } from "../challenge/step-up.js";
import type { TokenResult } from "../challenge/token-refusal.js";
import type { ApiResponse } from "./send-api-request.js";

/** The outcome of a call for which only the person can get an acceptable token. */
export interface StepUpRequired {
  readonly kind: "step-up-required";
  readonly stepUp: StepUp;
  /** The account is disabled or deleted: the session ends before the new sign-in. */
  readonly endSession?: true | undefined;
  /** The authority's refusal of a token, for the log. */
  readonly refusal?: Refusal;
}

/** The outcome of a call. */
export type ApiOutcome =
  | { readonly kind: "ok"; readonly response: ApiResponse }
  | StepUpRequired
  /** The authority refuses a token, and no sign-in changes that. */
  | { readonly kind: "blocked"; readonly refusal: UnrecoverableRefusal }
  /** The authority or the API is unavailable; with a refusal, it was the authority. */
  | {
      readonly kind: "unavailable";
      readonly retryAfterSeconds?: number | undefined;
      readonly refusal?: Refusal;
    }
  /** The API refuses the request itself. */
  | { readonly kind: "rejected"; readonly response: ApiResponse };

/** Why a cached access token must not be used. */
export interface TokenDemand {
  /** The claims that the new token must have. */
  readonly claims?: ClaimsRequest;
  /** The API does not accept the cached token. */
  readonly forceRefresh?: boolean;
}

/** How {@link callProtectedApi} gets tokens and sends the request. */
export interface ProtectedCall {
  /** Acquires a token silently; with a demand, never the cached one. */
  readonly acquireToken: (demand: TokenDemand) => Promise<TokenResult>;
  /** Sends the request with this token. */
  readonly send: (accessToken: string) => Promise<ApiResponse>;
}

/**
 * Calls an API that may answer with a claims challenge:
 *
 * 1. acquire a token silently, and call;
 * 2. if the response is a claims challenge, acquire a token silently **with the claims**: some
 *    policies need no person (the network changed, a session was revoked and the refresh token is
 *    still valid);
 * 3. call once more with the new token;
 * 4. if there is no such token, or the API asks again, the outcome is a step-up.
 *
 * A second challenge is not tried silently, whatever it asks for, so that the number of requests is
 * bounded. A 401 without a challenge in step 1 gets one more call with a renewed token
 * (RFC 6750 §3.1).
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/claims-challenge | Claims challenges}
 */
export async function callProtectedApi(call: ProtectedCall): Promise<ApiOutcome> {
  const { acquireToken, send } = call;
  const token = await acquireToken({});
  if (token.kind === "refused") return outcomeOfRefusal(token.refusal, {});

  const response = await sendWithRenewal(token.accessToken, call);
  const stepUp = stepUpFor(readApiChallenge(response));
  if (stepUp === undefined) return outcomeOfResponse(response);
  if (stepUp.claims === undefined) return { kind: "step-up-required", stepUp };

  const newToken = await acquireToken({ claims: stepUp.claims });
  if (newToken.kind === "refused") return outcomeOfRefusal(newToken.refusal, stepUp);

  const secondResponse = await send(newToken.accessToken);
  const furtherStepUp = stepUpFor(readApiChallenge(secondResponse));
  if (furtherStepUp === undefined) return outcomeOfResponse(secondResponse);
  return { kind: "step-up-required", stepUp: furtherStepUp };
}

/**
 * Sends the request, and once more with a renewed token after a 401 that asks for nothing: the API may
 * no longer accept the cached token. Without a renewed token, returns the 401.
 */
async function sendWithRenewal(
  accessToken: string,
  { acquireToken, send }: ProtectedCall,
): Promise<ApiResponse> {
  const response = await send(accessToken);
  const asksForNothing = response.status === 401 && readApiChallenge(response).kind === "none";
  if (!asksForNothing) return response;
  const renewed = await acquireToken({ forceRefresh: true });
  return renewed.kind === "token" ? send(renewed.accessToken) : response;
}

function outcomeOfResponse(response: ApiResponse): ApiOutcome {
  const { status, retryAfterSeconds } = response;
  if (status >= 200 && status < 300) return { kind: "ok", response };
  const isUnavailable = status === 0 || status === 429 || status >= 500;
  return isUnavailable
    ? { kind: "unavailable", retryAfterSeconds }
    : { kind: "rejected", response };
}

/** Returns the outcome of a refused token; the authority's claims are merged with the API's. */
function outcomeOfRefusal(refusal: Refusal, stepUp: StepUp): ApiOutcome {
  switch (refusal.handling) {
    case "interactive": {
      const claims = mergeClaimsRequests(stepUp.claims, refusal.claims);
      const { endSession } = refusal;
      return { kind: "step-up-required", stepUp: { ...stepUp, claims }, endSession, refusal };
    }
    case "unrecoverable":
      return { kind: "blocked", refusal };
    case "transient":
      return { kind: "unavailable", retryAfterSeconds: refusal.retryAfterSeconds, refusal };
  }
}
