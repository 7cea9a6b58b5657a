import { createHash } from "node:crypto";
import { UpstreamError } from "../errors.js";
import { createDeadline } from "./deadline.js";
import type { KeyValueStore, Replacement } from "./key-value-store.js";
import {
  connectRedis,
  type RedisArgument,
  type RedisConnection,
  type RedisConnectionOptions,
  withCode,
} from "./redis-connection.js";
import { createSealing, DIGEST_BYTES, type Sealing } from "./sealing.js";

/** Separates the keys of this app from others in the same Redis. */
const PREFIX = "claims:";

/** How long one operation may take, in milliseconds. */
const DEADLINE_MS = 500;

/** A little longer than a connection may be silent: it must be silent to be given up. */
const PAUSE_MS = 1_200;

/**
 * Sets a value if the present one begins with an accepted digest. A missing one begins with none.
 * Arguments: lifetime in milliseconds, value, accepted digests.
 */
const REPLACE = createScript(`
local present = redis.call('GETRANGE', KEYS[1], 0, ${DIGEST_BYTES - 1})
for index = 3, #ARGV do
  if present == ARGV[index] then
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
    return 1
  end
end
return 0`);

/** Deletes a value if it is still the one that was read. */
const DISCARD = createScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`);

/** Adds one to a counter; what is no counter is replaced. Argument: lifetime in milliseconds. */
const INCREMENT = createScript(`
redis.call('SET', KEYS[1], '0', 'PX', ARGV[1], 'NX')
local sum = redis.pcall('INCR', KEYS[1])
if type(sum) == 'number' then return sum end
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
return 1`);

/** Options of {@link openRedisStore}. */
export interface RedisStoreOptions extends RedisConnectionOptions {
  /** The first one seals; values sealed with any of them can be read. */
  readonly secrets: readonly string[];
}

/**
 * Opens a store in Redis 6.2 or newer, or in a Redis cluster. Many processes can share it.
 *
 * Values are sealed, but for counters. One that is damaged or sealed with another secret counts as absent
 * and is removed.
 * Every operation is one command with one key. It rejects within a second with UpstreamError
 * `ERR_STORE_UNAVAILABLE` when Redis is unavailable, slow, full or read-only; then it may have been
 * executed or not. The store opens while Redis is down, and works when Redis is back.
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<KeyValueStore> {
  const sealing = createSealing(options.secrets);
  const connection = await connectRedis(options);
  const runWithDeadline = createDeadline({ deadlineMs: DEADLINE_MS, pauseMs: PAUSE_MS });

  async function run<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await runWithDeadline(work);
    } catch (error) {
      const message = "The storage of this app is unavailable.";
      throw new UpstreamError("ERR_STORE_UNAVAILABLE", message, { cause: withCode(error) });
    }
  }

  return {
    get: (key) => run(() => read({ connection, sealing }, key, ["GET"])),
    getAndExtend: (key, ttlMs) =>
      run(() => read({ connection, sealing }, key, ["GETEX", "PX", lifetime(ttlMs)])),
    take: (key) => run(() => read({ connection, sealing }, key, ["GETDEL"])),
    set: async (key, value, ttlMs) => {
      const name = PREFIX + key;
      const sealed = sealing.seal(name, value);
      await run(() => connection.send(["SET", name, sealed, "PX", lifetime(ttlMs)], name));
    },
    delete: async (key) => {
      const name = PREFIX + key;
      await run(() => connection.send(["DEL", name], name));
    },
    replace: (replacement) => run(() => replace({ connection, sealing }, replacement)),
    increment: async (key, ttlMs) => {
      const name = PREFIX + key;
      const args = [lifetime(ttlMs)];
      return Number(await run(() => runScript(connection, INCREMENT, { name, args })));
    },
    ping: async () => {
      await run(() => connection.send(["PING"]));
    },
    close: () => {
      connection.close();
      return Promise.resolve();
    },
  };
}

interface Access {
  readonly connection: RedisConnection;
  readonly sealing: Sealing;
}

/** Reads with a command, given without its key, and opens the value. */
async function read(
  { connection, sealing }: Access,
  key: string,
  [command = "", ...rest]: readonly string[],
): Promise<string | undefined> {
  const name = PREFIX + key;
  const sealed = await connection.send([command, name, ...rest], name).catch(ignoreWrongType);
  if (sealed === null) return undefined;
  const text = sealed instanceof Buffer ? sealing.open(name, sealed) : undefined;
  if (text === undefined) await discard(connection, name, sealed);
  return text;
}

/** Removes a value that cannot be opened, unless it was replaced in the meantime. */
async function discard(connection: RedisConnection, name: string, value: unknown): Promise<void> {
  if (value instanceof Buffer) await runScript(connection, DISCARD, { name, args: [value] });
  else await connection.send(["DEL", name], name);
}

async function replace(
  { connection, sealing }: Access,
  { key, expected, value, ttlMs }: Replacement,
): Promise<boolean> {
  const name = PREFIX + key;
  const sealed = sealing.seal(name, value);
  const ttl = lifetime(ttlMs);
  if (expected === undefined) {
    return (await connection.send(["SET", name, sealed, "PX", ttl, "NX"], name)) !== null;
  }
  // The present value may have been sealed with any of the secrets.
  const args = [ttl, sealed, ...sealing.digestsOf(name, expected)];
  return (await runScript(connection, REPLACE, { name, args }).catch(ignoreWrongType)) === 1;
}

/** Returns a lifetime that Redis accepts: it refuses zero, which stands for a value of the past. */
function lifetime(ttlMs: number): string {
  return String(Math.max(1, Math.ceil(ttlMs)));
}

/** Returns undefined for the error of a key that holds no string: something foreign. */
function ignoreWrongType(error: unknown): undefined {
  if (error instanceof Error && error.message.startsWith("WRONGTYPE")) return undefined;
  throw error;
}

interface Script {
  readonly text: string;
  readonly sha1: string;
}

function createScript(text: string): Script {
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}

/** Runs a script by its digest, and with its text the first time that this Redis sees it. */
async function runScript(
  connection: RedisConnection,
  { text, sha1 }: Script,
  { name, args }: { readonly name: string; readonly args: readonly RedisArgument[] },
): Promise<unknown> {
  try {
    return await connection.send(["EVALSHA", sha1, "1", name, ...args], name);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return connection.send(["EVAL", text, "1", name, ...args], name);
  }
}
