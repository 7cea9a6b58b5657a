import { AuthorityError } from "../aadsts.js";
import { requireVerifier } from "../authorize/code-challenge.js";
import { isSameUri } from "../directory/clients.js";
import { type Parameters, requireParameter } from "../request-parameters.js";
import type { SandboxState } from "../sandbox-state.js";
import type { AuthenticatedClient } from "./client-authentication.js";
import type { CodeRecord } from "./grants.js";

/**
 * Redeems the code of a token request when all checks hold. A code whose request fails a check stays
 * valid, so that only a client with the verifier can use it up.
 *
 * @throws {@link AuthorityError} 70000, 54005, 70008, 500112, 50148 or 501481.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 | RFC 6749, section 4.1.3}
 */
export function redeemCode(
  state: SandboxState,
  parameters: Parameters,
  client: AuthenticatedClient,
): CodeRecord {
  const record = requireKnownCode(state, parameters);
  requireOwnCode(record, client);
  requireFirstUse(record);
  requireUnexpired(record, state.now());
  requireSameRedirectUri(record, parameters);
  requireVerifier(record.request.codeChallenge, parameters);
  record.redeemed = true;
  return record;
}

function requireKnownCode(state: SandboxState, parameters: Parameters): CodeRecord {
  const record = state.codes.get(requireParameter(parameters, "code"));
  if (record === undefined) throw new AuthorityError(70000);
  return record;
}

/** Comes before the check of a second use, so that another client cannot revoke the tokens. */
function requireOwnCode({ grant }: CodeRecord, { clientId }: AuthenticatedClient): void {
  if (grant.clientId !== clientId) throw new AuthorityError(70000);
}

/** Refuses a second use. It means that the code was stolen, so the tokens of the first are revoked. */
function requireFirstUse(record: CodeRecord): void {
  if (!record.redeemed) return;
  record.grant.revoked = true;
  throw new AuthorityError(54005);
}

function requireUnexpired(record: CodeRecord, now: number): void {
  if (record.grant.revoked || record.expiresAt <= now) throw new AuthorityError(70008);
}

function requireSameRedirectUri(record: CodeRecord, parameters: Parameters): void {
  const redirectUri = requireParameter(parameters, "redirect_uri");
  if (!isSameUri(redirectUri, record.request.replyTo.redirectUri)) throw new AuthorityError(500112);
}
