import type { Request } from "express";
import { type PendingFlow, savePendingFlow } from "../../session/authorization-transactions.js";
import { bindingOf, randomName, saveSession } from "../../session/session-data.js";
import type { AppContext } from "../app-context.js";

/** What the browser is sent to the authority for. */
export interface Authorization {
  readonly purpose: "sign-in" | "step-up";
  readonly scopes: readonly string[];
  /** Where the person wanted to go: a same-origin path. */
  readonly returnTo: string;
  readonly stepUp?: PendingFlow["stepUp"] | undefined;
  /** Whether it is begun for an action that an API or the authority has refused. */
  readonly forAction?: PendingFlow["forAction"] | undefined;
  /** Lets the person choose an account even when one is signed in at the authority. */
  readonly chooseAccount?: boolean | undefined;
  /** How often this authorization was begun again by itself. */
  readonly restarts?: number | undefined;
}

/**
 * Begins an authorization request: keeps what its answer will be checked against, and gives the URL
 * to send the browser to.
 *
 * @throws UpstreamError when the authority's metadata cannot be had or the claims are too long.
 */
export async function beginAuthorization(
  request: Request,
  authorization: Authorization,
  { auth, config, store, now }: AppContext,
): Promise<string> {
  const { purpose, scopes, returnTo, stepUp, forAction = false, restarts = 0 } = authorization;
  const { redirectUri } = config;
  const signedIn = purpose === "step-up" ? request.session.signedIn : undefined;
  const [state, nonce, codeVerifier] = [randomName(), randomName(), randomName()];
  const url = await auth.authorizationUrl({
    ...{ scopes, redirectUri, state, nonce, codeVerifier },
    ...stepUp,
    loginHint: signedIn?.loginHint ?? signedIn?.account.username,
    prompt: promptFor(authorization),
  });
  await savePendingFlow(store, state, {
    ...{ purpose, nonce, codeVerifier, scopes, redirectUri, returnTo },
    binding: bindingOf(request.session, now),
    createdAt: now(),
    forAction,
    restarts,
    ...(stepUp !== undefined && { stepUp }),
    ...(signedIn !== undefined && {
      expectedAccount: { oid: signedIn.account.localAccountId, tid: signedIn.account.tenantId },
    }),
  });
  await saveSession(request.session);
  return url;
}

function promptFor({
  chooseAccount,
  stepUp,
}: Authorization): "login" | "select_account" | undefined {
  if (chooseAccount === true) return "select_account";
  return stepUp?.signInAfresh === true ? "login" : undefined;
}
