import { describe, expect, it } from "vitest";
import { findTokenAtHand, type TokenAtHand } from "../../../src/auth/tokens/token-at-hand.js";
import { withIndex } from "../../../src/auth/tokens/token-index.js";

/** In seconds. */
const NOW = 1_700_000_000;
const ACCOUNT = { oid: "ada", tid: "contoso" };
const OWNER = { home_account_id: "ada.contoso", environment: "login.example", realm: "contoso" };
const TOKEN = {
  ...OWNER,
  ...{ credential_type: "AccessToken", client_id: "client", token_type: "Bearer" },
  ...{ secret: "token", target: "User.Read" },
  ...{ cached_at: String(NOW), expires_on: String(NOW + 3_600) },
};

/** Looks in tokens that hold this one, with these deviations. */
function find(
  deviation: Readonly<Record<string, unknown>>,
  scopes: readonly string[] = ["User.Read"],
): TokenAtHand | undefined {
  const Account = { ada: { ...OWNER, local_account_id: "ada" } };
  const cache = { Account, AccessToken: { one: { ...TOKEN, ...deviation } } };
  const query = { account: ACCOUNT, clientId: "client", scopes, now: NOW * 1000 };
  return findTokenAtHand(withIndex(JSON.stringify(cache)), query);
}

describe("a token at hand", () => {
  it.each([
    ["is valid for five minutes more", { expires_on: String(NOW + 300) }, true],
    ["is valid for less than five minutes more", { expires_on: String(NOW + 299) }, false],
    ["was issued just now", { cached_at: String(NOW) }, true],
    ["will be issued", { cached_at: String(NOW + 1) }, false],
    ["was issued at no time", { cached_at: "soon" }, false],
    ["ends at no time", { expires_on: undefined }, false],
    ["has a type in another case", { token_type: "bearer" }, true],
    ["is of another type", { token_type: "pop" }, false],
    ["is of no type", { token_type: undefined }, false],
    ["is of another kind", { credential_type: "RefreshToken" }, false],
    ["is of another environment", { environment: "login.other.example" }, false],
    ["has no scopes", { target: undefined }, false],
    ["has a text that is not plain", { secret: "a\nb" }, false],
    ["has no text", { secret: undefined }, false],
  ])("is one that %s, or not", (_what, deviation, isFound) => {
    expect(find(deviation) !== undefined).toBe(isFound);
  });

  it.each([
    [NOW - 1, true],
    [NOW, false],
  ])("is due for renewal once its time for that has passed: %i", (refreshOn, isRenewalDue) => {
    const token = find({ refresh_on: String(refreshOn) });
    expect(token).toEqual({ accessToken: "token", isRenewalDue });
  });

  it.each<[string[], string, boolean]>([
    [["user.read"], "User.Read", true],
    [["User.Read", "openid", "profile", "offline_access"], "User.Read", true],
    [["User.Read", "Mail.Read"], "User.Read", false],
    [["openid", "offline_access"], "openid profile", true],
    [["openid"], "User.Read", false],
    [["offline_access"], "User.Read", false],
    [[], "User.Read", false],
  ])("is looked for by the scopes of APIs, else by those of OpenID: %j in %s", (...example) => {
    const [scopes, target, isFound] = example;
    expect(find({ target }, scopes) !== undefined).toBe(isFound);
  });
});
