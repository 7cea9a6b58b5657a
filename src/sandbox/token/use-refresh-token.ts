import { AuthorityError } from "../aadsts.js";
import type { SandboxState } from "../sandbox-state.js";
import type { RefreshTokenRecord } from "../grants.js";
import { type Parameters, requireParameter } from "../request-parameters.js";

/**
 * Finds what a refresh token stands for. It stays usable, as Entra's do: clients that ask twice at
 * once, or lose an answer, keep their session.
 *
 * @throws {@link AuthorityError} 70000 when it is unknown or too old, 50173 when it was revoked.
 */
export function useRefreshToken(state: SandboxState, parameters: Parameters): RefreshTokenRecord {
  const record = state.refreshTokens.get(requireParameter(parameters, "refresh_token"));
  if (record === undefined) throw new AuthorityError(70000);
  if (record.grant.revoked) throw new AuthorityError(50173);
  return record;
}
