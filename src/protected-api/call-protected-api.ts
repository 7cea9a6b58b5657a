import { readApiChallenge } from "../challenge/api-challenge.js";
import { claimsForStepUp, mergeClaimsRequests } from "../challenge/claims-request.js";
import type { ClaimsRequest } from "../challenge/claims-request.js";
import type { TokenRefusal, UnrecoverableRefusal } from "../challenge/token-refusal.js";
import type { ApiAnswer } from "./send-api-request.js";

/** What an authorization request must ask for so that the API is content. */
export interface StepUp {
  readonly claims?: ClaimsRequest;
  /** What RFC 9470 lets an API ask for. */
  readonly acrValues?: readonly string[];
  readonly maxAgeSeconds?: number;
  /** The API names nothing: one fresh sign-in is the best that a client can do. */
  readonly signInAfresh?: true;
}

/** Only the person can get a token that will do. */
export interface StepUpRequired {
  readonly kind: "step-up-required";
  readonly stepUp: StepUp;
  /** The account is disabled or gone: the session ends before the new sign-in. */
  readonly endSession?: true;
  /** How the authority refused a token, when it was asked for one: for the log. */
  readonly refusal?: TokenRefusal;
}

/** Nobody can get an answer now. */
export interface Unavailable {
  readonly kind: "unavailable";
  readonly retryAfterSeconds?: number;
  /** How the authority failed, when it was the authority and not the API: for the log. */
  readonly refusal?: TokenRefusal;
}

/** What became of a call. */
export type ApiOutcome =
  | { readonly kind: "ok"; readonly answer: ApiAnswer }
  | StepUpRequired
  /** The authority refuses for good: no redirect mends it. */
  | { readonly kind: "blocked"; readonly refusal: UnrecoverableRefusal }
  /** The authority or the API cannot answer now. */
  | Unavailable
  /** The API refuses the request itself. */
  | { readonly kind: "rejected"; readonly answer: ApiAnswer };

/** A token had silently, or why not. */
export type TokenAnswer =
  | { readonly kind: "token"; readonly accessToken: string }
  | { readonly kind: "refused"; readonly refusal: TokenRefusal };

/** What {@link callProtectedApi} is handed. */
export interface ProtectedCall {
  /** Asks for a token without the person; with claims, never for the cached one. */
  readonly acquireToken: (claims?: ClaimsRequest) => Promise<TokenAnswer>;
  /** Sends the request with this token. */
  readonly send: (accessToken: string) => Promise<ApiAnswer>;
}

/**
 * Calls an API that may answer with a claims challenge. This is the whole flow:
 *
 * 1. ask for a token silently, and call;
 * 2. if the answer is a claims challenge, ask silently **with the claims**, for some policies need
 *    no person (the network moved, a session was revoked and the refresh token still works);
 * 3. call once more with the better token;
 * 4. if that token is not to be had, the person must step up.
 *
 * A second challenge is not tried silently again, whatever it asks: that could go on for ever.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/claims-challenge | Claims challenges}
 */
export async function callProtectedApi(call: ProtectedCall): Promise<ApiOutcome> {
  const token = await call.acquireToken();
  if (token.kind === "refused") return outcomeOfRefusal(token.refusal, {});

  const answer = await call.send(token.accessToken);
  const stepUp = stepUpAskedBy(answer);
  if (stepUp === undefined) return outcomeOfAnswer(answer);
  if (stepUp.claims === undefined) return { kind: "step-up-required", stepUp };

  const better = await call.acquireToken(stepUp.claims);
  if (better.kind === "refused") return outcomeOfRefusal(better.refusal, stepUp);

  const secondAnswer = await call.send(better.accessToken);
  const secondStepUp = stepUpAskedBy(secondAnswer);
  if (secondStepUp === undefined) return outcomeOfAnswer(secondAnswer);
  return { kind: "step-up-required", stepUp: secondStepUp };
}

/** What the API asks for, or `undefined` when its answer is no challenge. */
function stepUpAskedBy({ status, wwwAuthenticate }: ApiAnswer): StepUp | undefined {
  const challenge = readApiChallenge({ status, wwwAuthenticate });
  switch (challenge.kind) {
    case "claims-challenge":
      return { claims: challenge.claims };
    case "step-up":
      return stepUpInTheWordsOfRfc9470(challenge);
    case "malformed":
    case "none":
      return undefined;
  }
}

/** Entra understands authentication contexts as claims; other authorities get the words as they are. */
function stepUpInTheWordsOfRfc9470({ acrValues, maxAgeSeconds }: StepUp): StepUp {
  if (acrValues === undefined && maxAgeSeconds === undefined) return { signInAfresh: true };
  const claims = acrValues === undefined ? undefined : claimsForStepUp(acrValues);
  return {
    ...(claims !== undefined && { claims }),
    ...(acrValues !== undefined && { acrValues }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
  };
}

function outcomeOfAnswer(answer: ApiAnswer): ApiOutcome {
  if (answer.status >= 200 && answer.status < 300) return { kind: "ok", answer };
  const { retryAfterSeconds } = answer;
  const failed = answer.status === 0 || answer.status === 429 || answer.status >= 500;
  if (!failed) return { kind: "rejected", answer };
  return { kind: "unavailable", ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

/** The authority's claims join those of the API; both are sent. */
function outcomeOfRefusal(refusal: TokenRefusal, stepUp: StepUp): ApiOutcome {
  switch (refusal.handling) {
    case "interactive": {
      const claims = mergeClaimsRequests(stepUp.claims, refusal.claims);
      return {
        kind: "step-up-required",
        stepUp: { ...stepUp, ...(claims !== undefined && { claims }) },
        ...(refusal.endSession === true && { endSession: true }),
        refusal,
      };
    }
    case "unrecoverable":
      return { kind: "blocked", refusal };
    case "transient": {
      const { retryAfterSeconds: seconds } = refusal;
      const wait = seconds === undefined ? {} : { retryAfterSeconds: seconds };
      return { kind: "unavailable", ...wait, refusal };
    }
  }
}
