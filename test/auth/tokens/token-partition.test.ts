import { describe, expect, it } from "vitest";
import { cacheOf } from "../../../src/auth/tokens/token-index.js";
import {
  createPartition,
  deletePartition,
  joinPartition,
  readPartition,
  updatePartition,
  withoutRefreshTokens,
} from "../../../src/auth/tokens/token-partition.js";
import { createMemoryStore } from "../../../src/store/memory-store.js";

const HOUR_MS = 60 * 60 * 1000;

type Cache = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const BEFORE: Cache = {
  Account: { ada: { name: "Ada" } },
  AccessToken: { graph: { secret: "graph-1" } },
  RefreshToken: { ada: { secret: "refresh-1" } },
};

/** A partition that holds {@link BEFORE}, and what two requests make of it. */
async function partitionOf(cache: Cache = BEFORE) {
  const clock = { now: 0 };
  const store = createMemoryStore({ now: () => clock.now });
  await createPartition(store, "mine", JSON.stringify(cache));
  return {
    clock,
    store,
    update: (after: Cache, before: Cache = cache) =>
      updatePartition(store, {
        partition: "mine",
        before: JSON.stringify(before),
        after: JSON.stringify(after),
      }),
    join: (joined: Cache) => joinPartition(store, "mine", JSON.stringify(joined)),
    read: async () => {
      const tokens = await readPartition(store, "mine");
      return tokens === undefined ? null : (JSON.parse(cacheOf(tokens) ?? "") as Cache);
    },
  };
}

describe("a token partition", () => {
  it("takes what a request makes of it", async () => {
    const { update, read } = await partitionOf();
    const after = { ...BEFORE, RefreshToken: {} };
    expect(await update(after)).toBe(true);
    expect(await read()).toEqual(after);
  });

  it("keeps what two requests add at once", async () => {
    const { update, read } = await partitionOf();
    const { AccessToken } = BEFORE;
    const payroll = { ...AccessToken, payroll: { secret: "payroll-1" } };
    const forms = { ...AccessToken, forms: { secret: "forms-1" } };
    const results = await Promise.all([
      update({ ...BEFORE, AccessToken: payroll }),
      update({ ...BEFORE, AccessToken: forms }),
    ]);
    expect(results).toEqual([true, true]);
    expect(await read()).toEqual({ ...BEFORE, AccessToken: { ...payroll, ...forms } });
  });

  it("keeps the newer tokens of another tab when an older request ends", async () => {
    const { join, update, read } = await partitionOf();
    const better = {
      AccessToken: { graph: { secret: "graph-of-step-up" } },
      RefreshToken: { ada: { secret: "refresh-of-step-up" } },
    };
    await join(better);
    await update({
      ...BEFORE,
      AccessToken: { graph: { secret: "graph-2" }, payroll: { secret: "payroll-1" } },
      RefreshToken: { ada: { secret: "refresh-2" } },
    });
    expect(await read()).toEqual({
      ...BEFORE,
      ...better,
      AccessToken: { ...better.AccessToken, payroll: { secret: "payroll-1" } },
    });
  });

  it("keeps another tab's new refresh token when an older one turns out to be dead", async () => {
    const { join, update, read } = await partitionOf();
    const RefreshToken = { ada: { secret: "refresh-of-step-up" } };
    await join({ RefreshToken });
    await update(JSON.parse(withoutRefreshTokens(JSON.stringify(BEFORE))) as Cache);
    expect((await read())?.RefreshToken).toEqual(RefreshToken);
  });

  it("takes the tokens of a redemption in place of those that are there", async () => {
    const { join, read } = await partitionOf();
    const redeemed = {
      Account: BEFORE["Account"] ?? {},
      AccessToken: { graph: { secret: "graph-2" } },
      RefreshToken: { ada: { secret: "refresh-2" } },
    };
    expect(await join(redeemed)).toBe(true);
    expect(await read()).toEqual(redeemed);
  });

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
    ["only scopes of OpenID Connect in common", "openid api/C", ["old"]],
  ])("replaces a token by a new one with %s", async (_name, target, kept) => {
    const old = tokenFor("openid api/A api/B");
    const { join, read } = await partitionOf({ ...BEFORE, AccessToken: { old } });
    await join({ AccessToken: { new: tokenFor(target) } });
    expect(Object.keys((await read())?.["AccessToken"] ?? {})).toEqual([...kept, "new"]);
  });

  it.each(["home_account_id", "environment", "client_id", "realm"])(
    "keeps a token with the same scopes and another %s",
    async (name) => {
      const old = tokenFor("api/A", "old", { ...OWNER, [name]: "other" });
      const { join, read } = await partitionOf({ ...BEFORE, AccessToken: { old } });
      await join({ AccessToken: { new: tokenFor("api/A") } });
      expect(Object.keys((await read())?.["AccessToken"] ?? {})).toEqual(["old", "new"]);
    },
  );

  it("keeps the newer token of another tab, whatever the order of its scopes", async () => {
    const { join, update, read } = await partitionOf();
    await join({ AccessToken: { newer: tokenFor("api/B api/A", "of the step-up") } });
    await update({
      ...BEFORE,
      AccessToken: { ...BEFORE["AccessToken"], older: tokenFor("api/A api/B") },
    });
    expect(Object.keys((await read())?.["AccessToken"] ?? {})).toEqual(["graph", "newer"]);
  });

  it("is never brought back", async () => {
    const { store, update, join, read } = await partitionOf();
    await deletePartition(store, "mine");
    expect(await update({ ...BEFORE, AccessToken: {} })).toBe(false);
    expect(await join(BEFORE)).toBe(false);
    expect(await read()).toBeNull();
  });

  it("is not brought back by changes that come at the same moment", async () => {
    const { store, update, join, read } = await partitionOf();
    await Promise.all([
      update({ ...BEFORE, AccessToken: {} }),
      deletePartition(store, "mine"),
      join({ AccessToken: { payroll: { secret: "payroll-1" } } }),
      update({ ...BEFORE, RefreshToken: {} }),
    ]);
    expect(await read()).toBeNull();
  });

  it("survives fifty requests that change it at once, with all that they add", async () => {
    const { update, read } = await partitionOf();
    const names = Array.from({ length: 50 }, (_, index) => `scope-${index}`);
    await Promise.all(
      names.map((name) =>
        update({ ...BEFORE, AccessToken: { ...BEFORE["AccessToken"], [name]: { secret: name } } }),
      ),
    );
    expect(Object.keys((await read())?.["AccessToken"] ?? {})).toEqual(
      expect.arrayContaining(["graph", ...names]),
    );
  });

  it("takes the tokens of a redemption in place of what is unreadable", async () => {
    const { store, join, read } = await partitionOf();
    await store.set("tokens:mine", "[]\n\ndamaged", HOUR_MS);
    expect(await join(BEFORE)).toBe(true);
    expect(await read()).toEqual(BEFORE);
  });

  it("lives for as long as a session", async () => {
    const { clock, read } = await partitionOf();
    clock.now = 8 * HOUR_MS - 1;
    expect(await read()).toEqual(BEFORE);
    clock.now = 8 * HOUR_MS;
    expect(await read()).toBeNull();
  });

  it("has a name that is its own", async () => {
    const { store } = await partitionOf();
    expect(await readPartition(store, "another")).toBeUndefined();
  });
});
