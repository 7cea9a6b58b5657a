import { beforeEach, describe, expect, it } from "vitest";
import { startAuthority } from "../support/authority.js";
import { setUpForAll } from "../support/set-up.js";
import { createSignedInPeople, GRAPH, type SignedInPeople } from "./signed-in-people.js";

const authority = setUpForAll(() => startAuthority());
let people: SignedInPeople;

beforeEach(() => {
  people = createSignedInPeople(authority);
});

describe("the URL of a sign-out", () => {
  const postLogoutRedirectUri = "http://localhost:3000/?signed=out";

  it("is the authority's, with the way back and the account", async () => {
    const request = { postLogoutRedirectUri, logoutHint: "a hint&more" };
    const url = new URL(await people.auth.signOutUrl(request));
    const { end_session_endpoint: endpoint } = await people.auth.metadata();
    expect(url.origin + url.pathname).toBe(endpoint);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      post_logout_redirect_uri: postLogoutRedirectUri,
      logout_hint: "a hint&more",
    });
  });

  it("names no account when none is known", async () => {
    const url = new URL(await people.auth.signOutUrl({ postLogoutRedirectUri }));
    expect(url.searchParams.has("logout_hint")).toBe(false);
  });
});

describe("the tokens that are kept under a name", () => {
  it("are of their person and nobody else", async () => {
    const { auth } = people;
    const { partition, account } = await people.signIn("Ada");
    expect(await auth.holdsTokensOf(partition, account)).toBe(true);
    expect(await auth.holdsTokensOf(partition, { ...account, oid: "another" })).toBe(false);
    expect(await auth.holdsTokensOf(partition, { ...account, tid: "another" })).toBe(false);
    expect(await auth.holdsTokensOf("another", account)).toBe(false);
  });

  it("are nobody's when they are unreadable", async () => {
    const { partition, account } = await people.signIn("Ada");
    await people.store.set(`tokens:${partition}`, "[]\n\ndamaged", 1_000);
    expect(await people.auth.holdsTokensOf(partition, account)).toBe(false);
  });

  it("are not replaced by others of that name", async () => {
    const { auth } = people;
    const { partition } = await people.signIn("Ada");
    const before = await auth.readTokens(partition);
    expect(before).toBeDefined();
    expect(await auth.keepTokens(partition, "{}")).toBe(false);
    expect(await auth.readTokens(partition)).toBe(before);
  });

  it("are not created under a name that was forgotten, for two minutes", async () => {
    const { auth, clock } = people;
    await auth.forgetTokens("mine");
    clock.aheadMs = 2 * 60_000 - 5_000;
    expect(await auth.keepTokens("mine", "{}")).toBe(false);
    expect(await auth.readTokens("mine")).toBeUndefined();
    clock.aheadMs = 2 * 60_000;
    expect(await auth.keepTokens("mine", "{}")).toBe(true);
  });

  it("are joined by those of a step-up, unless they were forgotten", async () => {
    const { auth } = people;
    const { partition } = await people.signIn("Ada");
    const before = await auth.readTokens(partition);
    const added = JSON.stringify({ AccessToken: { payroll: { secret: "payroll-1" } } });
    expect(await auth.addTokens(partition, added)).toBe(true);
    const after = await auth.readTokens(partition);
    expect(after).not.toBe(before);
    expect(after).toContain("payroll-1");
    await auth.forgetTokens(partition);
    expect(await auth.addTokens(partition, added)).toBe(false);
  });

  it("may be created anew under a name whose session did not begin", async () => {
    const { auth } = people;
    expect(await auth.keepTokens("mine", "{}")).toBe(true);
    await auth.dropTokens("mine");
    expect(await auth.readTokens("mine")).toBeUndefined();
    expect(await auth.keepTokens("mine", "{}")).toBe(true);
  });

  it("are left out when the store fails in between", async () => {
    const { auth, store } = people;
    store.failAt("get", "visitor-closed");
    const failing = auth.keepTokens("mine", "{}");
    await expect(failing).rejects.toMatchObject({ code: "ERR_STORE_UNAVAILABLE" });
    expect(await auth.readTokens("mine")).toBeUndefined();
  });
});

describe("a pause that a refusal demands", () => {
  it("stops the token requests of that session", async () => {
    const [ada, ben] = [await people.signIn("Ada"), await people.signIn("Ben")];
    const refusal = { handling: "transient", retryAfterSeconds: 60, support: {} } as const;
    await people.auth.pauseTokenRequests(ada.partition, refusal);
    const request = { scopes: GRAPH, forceRefresh: true };
    const paused = await people.auth.acquireTokenSilent({ ...ada, ...request });
    expect(paused).toEqual({ kind: "refused", refusal });
    expect((await people.auth.acquireTokenSilent({ ...ben, ...request })).kind).toBe("token");
    expect(authority.requestsTo("/token")).toHaveLength(1);
  });
});
