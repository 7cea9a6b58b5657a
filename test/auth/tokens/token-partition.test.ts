import { describe, expect, it } from "vitest";
import {
  deletePartition,
  readPartition,
  withoutRefreshTokens,
} from "../../../src/auth/tokens/token-partition.js";
import { BEFORE, type Cache, partitionOf } from "./partition-fixture.js";

const HOUR_MS = 60 * 60 * 1000;

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

  it("keeps what another tab adds when a request removes something else", async () => {
    const { join, update, read } = await partitionOf();
    await join({ AccessToken: { payroll: { secret: "payroll-1" } } });
    expect(await update({ ...BEFORE, RefreshToken: {} })).toBe(true);
    const { AccessToken } = BEFORE;
    expect(await read()).toEqual({
      ...BEFORE,
      AccessToken: { ...AccessToken, payroll: { secret: "payroll-1" } },
      RefreshToken: {},
    });
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
