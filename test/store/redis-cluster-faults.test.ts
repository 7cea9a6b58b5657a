import { describe, expect, it } from "vitest";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { openRedisStore } from "../../src/store/redis-store.js";
import { freePort } from "../support/free-port.js";
import { startRedisCluster } from "../support/redis-cluster.js";
import type { RedisServer } from "../support/redis-server.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForAll, setUpForEach } from "../support/set-up.js";
import { keysOf } from "./redis-entries.js";

const MINUTE = 60_000;
const KEYS = Array.from({ length: 60 }, (_, index) => `session:${index}`);

/** Returns the keys that the store cannot read. */
async function unreadable(store: KeyValueStore): Promise<string[]> {
  const failed: string[] = [];
  for (const key of KEYS) {
    await store.get(key).catch(() => failed.push(key));
  }
  return failed;
}

describe("a cluster", () => {
  const cluster = setUpForAll(startRedisCluster);
  const store = setUpForEach(async () => {
    const opened = await openRedisStore({
      urls: cluster.url.split(","),
      secrets: [SESSION_SECRET],
    });
    await Promise.all(KEYS.map((key) => opened.set(key, key, MINUTE)));
    return opened;
  });

  function nodeAt(index: number): RedisServer {
    const node = cluster.nodes[index];
    if (node === undefined) throw new Error("There is no such node");
    return node;
  }

  async function keysAt(index: number): Promise<string[]> {
    const keys = await keysOf(nodeAt(index));
    return keys.map((key) => key.replace("claims:", "")).sort();
  }

  it("still serves the keys of other nodes when one was killed", async () => {
    const lost = await keysAt(0);
    await nodeAt(0).kill();
    const startedAt = performance.now();
    expect((await unreadable(store)).sort()).toEqual(lost);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await nodeAt(0).start();
    // A master that starts again accepts no write for two seconds.
    await expect.poll(() => unreadable(store), { timeout: 10_000 }).toEqual([]);
    await store.set(lost[0] ?? "", "1", MINUTE);
    expect(await store.get(lost[0] ?? "")).toBe("1");
  });

  it("still serves the keys of other nodes when one is frozen", async () => {
    const silent = await keysAt(0);
    nodeAt(0).freeze();
    await expect
      .poll(async () => (await unreadable(store)).sort(), { timeout: 10_000 })
      .toEqual(silent);
    nodeAt(0).thaw();
    await expect.poll(() => unreadable(store), { timeout: 2_000 }).toEqual([]);
    for (const key of KEYS) expect(await store.get(key)).toBe(key);
  });

  it("is found through any of its nodes, when the first one named is down", async () => {
    const urls = [`redis://127.0.0.1:${await freePort()}`, nodeAt(1).url];
    const other = await openRedisStore({ urls, secrets: [SESSION_SECRET] });
    await expect.poll(() => unreadable(other)).toEqual([]);
    for (const key of KEYS) expect(await other.get(key)).toBe(key);
    await other.close();
  });

  it("is followed when slots move to another node", async () => {
    await Promise.all(cluster.nodes.map((node) => node.command("FLUSHALL")));
    const id = String(await nodeAt(1).command("CLUSTER", "MYID"));
    const slot = String(await nodeAt(0).command("CLUSTER", "KEYSLOT", "claims:session:0"));
    for (const node of cluster.nodes) await node.command("CLUSTER", "SETSLOT", slot, "NODE", id);
    await store.set("session:0", "moved", MINUTE);
    expect(await store.get("session:0")).toBe("moved");
    expect(await keysOf(nodeAt(1))).toContain("claims:session:0");
  });
});
