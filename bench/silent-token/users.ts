import { randomUUID } from "node:crypto";
import type { Account } from "../../src/auth/account.js";
import type { AuthorityMetadata } from "../../src/auth/authority/authority.js";
import { type Auth, createAuth } from "../../src/auth/create-auth.js";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import type { TestAuthority } from "../../test/support/authority.js";

/** The scopes of the token at hand. */
export const SCOPES = ["User.Read"];

/** The registration at an authority that knows every client. */
export const CLIENT = {
  clientId: randomUUID(),
  credential: { kind: "secret", clientSecret: "a secret of the benchmarks" },
} as const;

/** The JSON in tokens and in `client_info`: base64url of a text that begins with `{"`. */
const ENCODED_JSON = /eyJ[\w-]+/g;

/** Somebody's account and serialised token cache. */
export interface User {
  readonly account: Account;
  readonly tokens: string;
}

/** Somebody who signed in at an authority. */
export interface Original extends User {
  readonly metadata: AuthorityMetadata;
  /** Creates our side of the authority over a store; it can send no request. */
  readonly createAuth: (store: KeyValueStore) => Auth;
}

/** Signs somebody in at an authority that redirects back at once. */
export async function signInOnce(authority: TestAuthority): Promise<Original> {
  const settings = { cloudInstance: authority.url, tenantId: authority.tenantId };
  const auth = createAuth({ settings, client: CLIENT, store: createMemoryStore(), fetch });
  const transaction = {
    scopes: SCOPES,
    redirectUri: "http://localhost:3000/redirect",
    nonce: randomUUID(),
    codeVerifier: randomUUID() + randomUUID(),
    requestedAt: Date.now(),
  };
  const url = await auth.authorizationUrl({ ...transaction, state: randomUUID() });
  const response = await fetch(url, { redirect: "manual" });
  const { searchParams } = new URL(response.headers.get("location") ?? "");
  const redemption = { ...transaction, code: searchParams.get("code") ?? "" };
  const redeemed = await auth.redeemCode(redemption);
  if (redeemed.kind !== "redeemed") throw new Error("The authority refused the code");
  const { oid, tid } = redeemed.idToken;
  const metadata = await auth.metadata();
  return {
    account: { oid, tid },
    tokens: redeemed.tokens,
    metadata,
    createAuth: (store) =>
      createAuth({
        ...{ settings, client: CLIENT, store },
        fetch: () => Promise.resolve(Response.json(metadata)),
      }),
  };
}

/**
 * Returns somebody like the original with another object id, without a sign-in of their own. The
 * signatures no longer fit; only an API would notice.
 */
export function copyOf({ account, tokens }: User, oid: string = randomUUID()): User {
  const copied = tokens.replaceAll(ENCODED_JSON, (encoded) => {
    const json = Buffer.from(encoded, "base64url").toString();
    return Buffer.from(json.replaceAll(account.oid, oid)).toString("base64url");
  });
  return { account: { ...account, oid }, tokens: copied.replaceAll(account.oid, oid) };
}
