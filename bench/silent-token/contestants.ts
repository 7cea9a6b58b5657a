import { randomUUID } from "node:crypto";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { createMsalClient } from "../../src/auth/msal-client.js";
import { NO_NETWORK } from "../../src/auth/network-client.js";
import { CLIENT, copyOf, type Original, SCOPES } from "./users.js";

/** The digits of a user's number, at the end of a name in the form of a UUID. */
const NUMBER_DIGITS = 12;

/** Acquires the token of one user after the other. */
export type AcquireNext = () => Promise<void>;

/**
 * Sets up so many users as this project keeps them: a partition of the store for each. Names are made from
 * numbers: in a page they come from the session, which the processor has just read.
 */
export async function createPartitions(
  original: Original,
  store: KeyValueStore,
  count: number,
): Promise<AcquireNext> {
  const auth = original.createAuth(store);
  const { tid } = original.account;
  const prefix = randomUUID().slice(0, -NUMBER_DIGITS);

  function nameOf(user: number): string {
    return prefix + String(user).padStart(NUMBER_DIGITS, "0");
  }

  for (let user = 0; user < count; user += 1) {
    const { tokens } = copyOf(original, nameOf(user));
    await auth.keepTokens(nameOf(user), tokens);
  }
  let user = 0;
  return async () => {
    user = (user + 1) % count;
    const name = nameOf(user);
    const account = { oid: name, tid };
    const { kind } = await auth.acquireTokenSilent({ partition: name, account, scopes: SCOPES });
    if (kind !== "token") throw new Error("The token is not at hand");
  };
}

/** Sets up so many users in one cache of one MSAL client, as samples of MSAL keep them. */
export async function createSharedCache(original: Original, count: number): Promise<AcquireNext> {
  const application = createMsalClient({
    client: CLIENT,
    metadata: original.metadata,
    networkClient: NO_NETWORK,
    cache: mergeCaches(Array.from({ length: count }, () => copyOf(original).tokens)),
  });
  const next = inTurn(await application.getTokenCache().getAllAccounts());
  return async () => {
    await application.acquireTokenSilent({ account: next(), scopes: SCOPES });
  };
}

/** Returns a serialised cache with the entities of all. */
function mergeCaches(texts: readonly string[]): string {
  const merged: Record<string, object> = {};
  for (const text of texts) {
    for (const [section, table] of Object.entries(JSON.parse(text) as Record<string, object>)) {
      merged[section] = Object.assign(merged[section] ?? {}, table);
    }
  }
  return JSON.stringify(merged);
}

function inTurn<Item>(items: readonly Item[]): () => Item {
  let at = 0;
  return () => {
    const item = items[at % items.length];
    at += 1;
    if (item === undefined) throw new Error("There is nobody");
    return item;
  };
}
