import { randomUUID } from "node:crypto";
import type { SilentTokenRequest } from "../../src/auth/tokens/acquire-with-msal.js";
import { type Auth, createAuth } from "../../src/auth/create-auth.js";
import type { SignInError } from "../../src/errors.js";
import { createPausedStore, type PausedStore } from "../support/paused-store.js";
import type { TestAuthority } from "../support/authority.js";
import { makePerson } from "../support/authority-tokens.js";

/** What everybody has a token for from the start. */
export const GRAPH = ["User.Read"];

const REDIRECT_URI = "http://localhost:3000/redirect";

/** Whose tokens are asked for. */
export type Session = Pick<SilentTokenRequest, "partition" | "account">;

/** Our side of an authority, without a web app in between. */
export interface SignedInPeople {
  readonly auth: Auth;
  /** The same client in another process, over the same store. */
  readonly neighbour: Auth;
  readonly store: PausedStore;
  /** The codes of the alerts about foreign tokens. */
  readonly alerts: string[];
  /** Adds to our clock, in milliseconds. */
  readonly clock: { aheadMs: number };
  /** Signs somebody new in, with a token for Graph; then nothing was received of them yet. */
  readonly signIn: (name: string) => Promise<Session>;
}

/** Creates a new store and a new client of this authority. */
export function createSignedInPeople(authority: TestAuthority): SignedInPeople {
  const clock = { aheadMs: 0 };
  function now(): number {
    return Date.now() + clock.aheadMs;
  }
  const store = createPausedStore(now);
  const alerts: string[] = [];
  const options = {
    settings: { cloudInstance: authority.url, tenantId: authority.tenantId },
    client: { clientId: randomUUID(), credential: { kind: "secret", clientSecret: "secret" } },
    store,
    now,
    wait: () => Promise.resolve(),
    onForeignTokens: ({ code }: SignInError) => {
      alerts.push(code);
    },
  } as const;
  const auth = createAuth(options);

  async function signIn(name: string): Promise<Session> {
    authority.person = makePerson(name);
    const [state, nonce, codeVerifier] = [randomUUID(), randomUUID(), randomUUID() + randomUUID()];
    const flow = {
      ...{ scopes: GRAPH, redirectUri: REDIRECT_URI, nonce, codeVerifier },
      requestedAt: now(),
    };
    const url = await auth.authorizationUrl({ ...flow, state });
    const response = await fetch(url, { redirect: "manual" });
    const { searchParams } = new URL(response.headers.get("location") ?? "");
    const redeemed = await auth.redeemCode({ ...flow, code: searchParams.get("code") ?? "" });
    if (redeemed.kind !== "redeemed") throw new Error("The authority refused the code");
    const partition = randomUUID();
    await auth.keepTokens(partition, redeemed.tokens);
    authority.seen.length = 0;
    const { oid, tid } = redeemed.idToken;
    return { partition, account: { oid, tid } };
  }

  return { auth, neighbour: createAuth(options), store, alerts, clock, signIn };
}
