import { describe, expect, it } from "vitest";
import { BEFORE, partitionOf } from "./partition-fixture.js";

describe("access tokens with scopes in common", () => {
  const OWNER = {
    home_account_id: "ada.home",
    environment: "login.example",
    client_id: "client",
    realm: "tenant",
    token_type: "Bearer",
  };
  function tokenFor(target: string, secret = target, owner: object = OWNER) {
    return { ...owner, target, secret };
  }

  it.each([
    ["the same scopes in another order", "api/B api/A", []],
    ["one of the scopes", "api/a", []],
    ["more scopes", "api/A api/B api/C", []],
    ["other scopes", "api/C", ["old"]],
    ["only scopes of OpenID Connect in common", "openid profile email offline_access", ["old"]],
    ["only white space in common", "api/C  api/D", ["old"]],
  ])("replaces a token by a new one with %s", async (_name, target, kept) => {
    const old = tokenFor("openid profile email offline_access api/A  api/B");
    const { join, read } = await partitionOf({ ...BEFORE, AccessToken: { old } });
    await join({ AccessToken: { new: tokenFor(target) } });
    expect(Object.keys((await read())?.["AccessToken"] ?? {})).toEqual([...kept, "new"]);
  });

  it.each(["home_account_id", "environment", "client_id", "realm", "token_type"])(
    "keeps a token with the same scopes and another %s",
    async (name) => {
      const old = tokenFor("api/A", "old", { ...OWNER, [name]: "other" });
      const { join, read } = await partitionOf({ ...BEFORE, AccessToken: { old } });
      await join({ AccessToken: { new: tokenFor("api/A") } });
      expect(Object.keys((await read())?.["AccessToken"] ?? {})).toEqual(["old", "new"]);
    },
  );

  it("replaces a token whose owner is written in another case", async () => {
    const old = tokenFor("api/A", "old", { ...OWNER, realm: "TENANT" });
    const { join, read } = await partitionOf({ ...BEFORE, AccessToken: { old } });
    await join({ AccessToken: { new: tokenFor("api/A") } });
    expect(Object.keys((await read())?.["AccessToken"] ?? {})).toEqual(["new"]);
  });

  it("keeps the newer token of another tab, whatever the order of its scopes", async () => {
    const { join, update, read } = await partitionOf();
    await join({ AccessToken: { newer: tokenFor("api/B api/A", "of the step-up") } });
    await update({
      ...BEFORE,
      AccessToken: { ...BEFORE["AccessToken"], older: tokenFor("api/A api/B") },
    });
    expect(Object.keys((await read())?.["AccessToken"] ?? {})).toEqual(["graph", "newer"]);
  });
});
