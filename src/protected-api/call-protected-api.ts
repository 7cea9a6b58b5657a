import { readApiChallenge } from "../challenge/api-challenge.js";
import { mergeClaimsRequests, type ClaimsRequest } from "../challenge/claims-request.js";
import type { InteractiveRefusal, Refusal, UnrecoverableRefusal } from "../challenge/refusal.js";
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
      /** The status of the API; 0 when it did not respond. */
      readonly status?: number;
      readonly retryAfterSeconds?: number | undefined;
      readonly refusal?: Refusal;
    }
  /** The API refuses the request itself; with a refusal, the authority did not renew the token. */
  | {
      readonly kind: "rejected";
      readonly response: ApiResponse;
      readonly refusal?: InteractiveRefusal;
    };

/** Why a cached access token must not be used. */
export interface TokenDemand {
  /** The claims that the new token must have. */
  readonly claims?: ClaimsRequest;
  /** Requests a new token after a 401 without a challenge. */
  readonly forceRefresh?: boolean;
  /** The token that the API did not accept; the result must be another one. */
  readonly refusedToken?: string;
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
  const token = await call.acquireToken({});
  if (token.kind === "refused") return outcomeOfRefusal(token.refusal, {});

  const sent = await sendWithRenewal(token.accessToken, call);
  if (sent.refusal !== undefined) return outcomeWithoutRenewal(sent.response, sent.refusal);
  const { accessToken, response } = sent;
  // On /trace: challenge
  const stepUp = stepUpFor(readApiChallenge(response));
  if (stepUp === undefined) return outcomeOfResponse(response);
  return stepUp.claims === undefined
    ? { kind: "step-up-required", stepUp }
    : callWithClaims({ ...stepUp, claims: stepUp.claims }, accessToken, call);
}

/**
 * Calls once more with a token that is acquired silently with the claims of the challenge. Without a
 * refused token, no other request can have replaced it, so this is the last try.
 */
async function callWithClaims(
  stepUp: StepUp & { readonly claims: ClaimsRequest },
  refusedToken: string | undefined,
  call: ProtectedCall,
): Promise<ApiOutcome> {
  const { claims } = stepUp;
  const isLastTry = refusedToken === undefined;
  const token = await call.acquireToken(isLastTry ? { claims } : { claims, refusedToken });
  if (token.kind === "refused") return outcomeOfRefusal(token.refusal, stepUp);

  const response = await call.send(token.accessToken);
  const further = stepUpFor(readApiChallenge(response));
  if (further === undefined) return outcomeOfResponse(response);
  // Another request had replaced the refused token, without these claims: they were not sent yet.
  if (!isLastTry && token.isReplacement === true && further.claims !== undefined) {
    return callWithClaims({ ...further, claims: further.claims }, undefined, call);
  }
  return { kind: "step-up-required", stepUp: further };
}

interface SentRequest {
  readonly accessToken: string;
  readonly response: ApiResponse;
  /** The refusal to renew a token that the API does not accept. */
  readonly refusal?: Refusal;
}

/**
 * Sends the request, and once more with a renewed token after a 401 that asks for nothing: the API may
 * no longer accept the cached token.
 */
async function sendWithRenewal(
  accessToken: string,
  { acquireToken, send }: ProtectedCall,
): Promise<SentRequest> {
  const response = await send(accessToken);
  const asksForNothing = response.status === 401 && readApiChallenge(response).kind === "none";
  if (!asksForNothing) return { accessToken, response };
  const renewed = await acquireToken({ forceRefresh: true, refusedToken: accessToken });
  if (renewed.kind === "refused") return { accessToken, response, refusal: renewed.refusal };
  return { accessToken: renewed.accessToken, response: await send(renewed.accessToken) };
}

/** Returns the outcome of a 401 whose token cannot be renewed. It asked for nothing: no step-up. */
function outcomeWithoutRenewal(response: ApiResponse, refusal: Refusal): ApiOutcome {
  return refusal.handling === "interactive"
    ? { kind: "rejected", response, refusal }
    : outcomeOfRefusal(refusal, {});
}

function outcomeOfResponse(response: ApiResponse): ApiOutcome {
  const { status, retryAfterSeconds } = response;
  if (status >= 200 && status < 300) return { kind: "ok", response };
  const isUnavailable = status === 0 || status === 429 || status >= 500;
  return isUnavailable
    ? { kind: "unavailable", status, retryAfterSeconds }
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
