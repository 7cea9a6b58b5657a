import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMsalClient } from "../../../src/auth/msal-client.js";
import { NO_NETWORK } from "../../../src/auth/network-client.js";
import { findTokenAtHand } from "../../../src/auth/tokens/token-at-hand.js";
import { cacheOf as storedCacheOf, withIndex } from "../../../src/auth/tokens/token-index.js";

const HOST = "login.example";
const TENANT = randomUUID();
const CLIENT_ID = randomUUID();
const ACCOUNT = { oid: randomUUID(), tid: TENANT };
const HOME_ACCOUNT_ID = `${ACCOUNT.oid}.${TENANT}`;

const METADATA = {
  issuer: `https://${HOST}/${TENANT}/v2.0`,
  authorization_endpoint: `https://${HOST}/${TENANT}/authorize`,
  token_endpoint: `https://${HOST}/${TENANT}/token`,
  jwks_uri: `https://${HOST}/${TENANT}/keys`,
  end_session_endpoint: `https://${HOST}/${TENANT}/logout`,
};

const SCOPES = ["User.Read", "Mail.Read", "api://a/Read"] as const;
const WRITTEN = [...SCOPES, "openid", "profile", "offline_access", "USER.READ"] as const;

/** Seconds from now: well within and well beyond each limit, so that the running clock decides nothing. */
const SECONDS = [-7_200, -60, 60, 240, 420, 3_600] as const;

interface TokenShape {
  readonly target: readonly string[];
  readonly home: string;
  readonly client: string;
  readonly realm: string;
  readonly type: string;
  readonly cached: number;
  readonly expires: number;
  readonly refresh: number | undefined;
}

/** A token that is at hand. */
const USUAL: TokenShape = {
  target: ["User.Read"],
  home: HOME_ACCOUNT_ID,
  client: CLIENT_ID,
  realm: TENANT,
  type: "Bearer",
  cached: -60,
  expires: 3_600,
  refresh: undefined,
};

const tokenShape: fc.Arbitrary<TokenShape> = fc.record({
  target: fc.uniqueArray(fc.constantFrom(...WRITTEN), { minLength: 1, maxLength: 4 }),
  home: mostly(HOME_ACCOUNT_ID, `${randomUUID()}.${TENANT}`),
  client: mostly(CLIENT_ID, randomUUID()),
  realm: mostly(TENANT, randomUUID()),
  type: mostly("Bearer", "bearer", "pop"),
  cached: mostly(-60, ...SECONDS),
  expires: mostly(3_600, ...SECONDS),
  refresh: fc.option(fc.constantFrom(...SECONDS), { nil: undefined }),
});

/** Returns the usual value most of the time, so that many caches hold a token that fits. */
function mostly<Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(usual, ...others) },
  );
}

function cacheOf(tokens: readonly TokenShape[], hasAccount: boolean): string {
  const now = Math.round(Date.now() / 1_000);
  const entities = tokens.map((token, index) => {
    const target = token.target.join(" ");
    const { home, client, realm, type } = token;
    const key = `${home}-${HOST}-accesstoken-${client}-${realm}-${target}-${index}`.toLowerCase();
    const entity = {
      home_account_id: home,
      environment: HOST,
      credential_type: "AccessToken",
      client_id: client,
      secret: `token ${index}`,
      realm,
      target,
      cached_at: String(now + token.cached),
      expires_on: String(now + token.expires),
      extended_expires_on: String(now + token.expires),
      ...(token.refresh !== undefined && { refresh_on: String(now + token.refresh) }),
      token_type: type,
    };
    return [key, entity] as const;
  });
  const account = {
    home_account_id: HOME_ACCOUNT_ID,
    environment: HOST,
    realm: TENANT,
    local_account_id: ACCOUNT.oid,
    username: "ada@contoso.example",
    authority_type: "MSSTS",
    tenantProfiles: [
      JSON.stringify({ tenantId: TENANT, localAccountId: ACCOUNT.oid, isHomeTenant: true }),
    ],
  };
  const key = `${HOME_ACCOUNT_ID}-${HOST}-${TENANT}`.toLowerCase();
  return JSON.stringify({
    Account: hasAccount ? { [key]: account } : {},
    IdToken: {},
    AccessToken: Object.fromEntries(entities),
    RefreshToken: {},
    AppMetadata: {},
  });
}

/** Returns MSAL's own token from this cache, without a request. */
async function askMsal(cache: string, scopes: readonly string[]): Promise<string | undefined> {
  const application = createMsalClient({
    client: { clientId: CLIENT_ID, credential: { kind: "secret", clientSecret: "secret" } },
    metadata: METADATA,
    networkClient: NO_NETWORK,
    cache,
  });
  const [account] = await application.getTokenCache().getAllAccounts();
  if (account === undefined) return undefined;
  const result = await application
    .acquireTokenSilent({ account, scopes: [...scopes] })
    .catch(() => undefined);
  return result?.accessToken;
}

describe("a token at hand", () => {
  it("is the one that MSAL returns from the same cache, and there is none when MSAL has none", async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(tokenShape, { maxLength: 3 }),
        mostly(true, false),
        fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1, maxLength: 2 }),
        async (tokens, hasAccount, scopes) => {
          const cache = cacheOf(tokens, hasAccount);
          const query = { account: ACCOUNT, clientId: CLIENT_ID, scopes, now: Date.now() };
          const ours = findTokenAtHand(withIndex(cache), query)?.accessToken;
          expect(ours).toBe(await askMsal(cache, scopes));
          if (ours !== undefined) found += 1;
        },
      ),
      { numRuns: 600 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it.each([
    [undefined, false],
    [-60, true],
    [60, false],
  ])(
    "is due for renewal when its time for that, %j seconds from now, has passed",
    (refresh, due) => {
      const token = { ...USUAL, refresh };
      const query = { account: ACCOUNT, clientId: CLIENT_ID, now: Date.now() };
      const tokens = withIndex(cacheOf([token], true));
      const atHand = findTokenAtHand(tokens, { ...query, scopes: ["User.Read"] });
      expect(atHand).toEqual({ accessToken: "token 0", isRenewalDue: due });
    },
  );

  it("is absent from tokens that were stored without an index", () => {
    const cache = cacheOf([USUAL], true);
    const query = { account: ACCOUNT, clientId: CLIENT_ID, now: Date.now() };
    expect(findTokenAtHand(cache, { ...query, scopes: ["User.Read"] })).toBeUndefined();
    expect(storedCacheOf(cache)).toBeUndefined();
  });
});
