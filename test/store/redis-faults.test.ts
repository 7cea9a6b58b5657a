import { describe, expect, it } from "vitest";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { openRedisStore } from "../../src/store/redis-store.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForEach } from "../support/set-up.js";
import { expectBack, failureOf, UNAVAILABLE } from "./failures.js";

const MINUTE = 60_000;

/** All operations but `close`, each with a value of its own. */
const OPERATIONS: Readonly<Record<string, (store: KeyValueStore) => Promise<unknown>>> = {
  get: (store) => store.get("session:a"),
  getAndExtend: (store) => store.getAndExtend("session:a", MINUTE),
  set: (store) => store.set("session:b", "1", MINUTE),
  take: (store) => store.take("flow:a"),
  delete: (store) => store.delete("session:c"),
  create: (store) =>
    store.replace({ key: "guard:new", expected: undefined, value: "1", ttlMs: MINUTE }),
  replace: (store) => store.replace({ key: "guard:a", expected: "1", value: "1", ttlMs: MINUTE }),
  increment: (store) => store.increment("visitor-requests:a", MINUTE),
  ping: (store) => store.ping(),
};

const READERS = ["get", "ping"];
/** A full Redis still executes what needs no memory. */
const WHEN_FULL = [...READERS, "getAndExtend", "take", "delete"];

interface Fault {
  readonly cause: (redis: RedisServer) => unknown;
  readonly end: (redis: RedisServer) => unknown;
  /** The code of the error that the log shows. */
  readonly code: string;
  /** The operations that Redis still executes. */
  readonly works?: readonly string[];
  readonly losesState?: boolean;
}

const FAULTS: readonly (readonly [string, Fault])[] = [
  [
    "killed",
    {
      cause: (it) => it.kill(),
      end: (it) => it.start(),
      code: expect.any(String) as string,
      losesState: true,
    },
  ],
  [
    "frozen",
    {
      cause: (it) => {
        it.freeze();
      },
      end: (it) => {
        it.thaw();
      },
      code: "ETIMEDOUT",
    },
  ],
  [
    "slow",
    {
      cause: (it) => it.command("CLIENT", "PAUSE", "900"),
      end: () => undefined,
      code: "ETIMEDOUT",
    },
  ],
  [
    "read-only because it is a replica now",
    {
      cause: (it) => it.command("REPLICAOF", "127.0.0.1", "1"),
      end: (it) => it.command("REPLICAOF", "NO", "ONE"),
      code: "READONLY",
      works: READERS,
    },
  ],
  [
    "read-only because its replicas are gone",
    {
      cause: (it) => it.command("CONFIG", "SET", "min-replicas-to-write", "1"),
      end: (it) => it.command("CONFIG", "SET", "min-replicas-to-write", "0"),
      code: "NOREPLICAS",
      works: READERS,
    },
  ],
  [
    "full",
    {
      cause: (it) => it.command("CONFIG", "SET", "maxmemory", "1"),
      end: (it) => it.command("CONFIG", "SET", "maxmemory", "0"),
      code: "OOM",
      works: WHEN_FULL,
    },
  ],
];

describe.each(FAULTS)(
  "a Redis that is %s",
  (_name, { cause, end, code, works = [], losesState }) => {
    const redis = setUpForEach(startRedis);
    const store = setUpForEach(() =>
      openRedisStore({ urls: [redis.url], secrets: [SESSION_SECRET] }),
    );

    it("makes operations reject within a second, and is used again when it is back", async () => {
      const entries = { "session:a": "of Ada", "flow:a": "1", "guard:a": "1" };
      for (const [key, value] of Object.entries(entries)) await store.set(key, value, MINUTE);
      await cause(redis);
      const refused = Object.keys(OPERATIONS).filter((each) => !works.includes(each));
      const times: number[] = [];
      for (const operation of refused) {
        const { error, ms } = await failureOf(OPERATIONS[operation]?.(store) ?? Promise.resolve());
        expect(error, operation).toMatchObject({ ...UNAVAILABLE, cause: { code } });
        times.push(ms);
      }
      expect(times.reduce((sum, ms) => sum + ms)).toBeLessThan(1_000);
      for (const operation of works) await OPERATIONS[operation]?.(store);

      await end(redis);
      await expectBack(store);
      expect(await store.get("session:a")).toBe(losesState === true ? undefined : "of Ada");
      for (const operation of Object.values(OPERATIONS)) await operation(store);
    });
  },
);
