import type { RedisServer } from "../support/redis-server.js";

/** Makes all entries this many milliseconds older, by their times of expiry. */
export async function passTime(servers: readonly RedisServer[], ms: number): Promise<void> {
  for (const { command } of servers) {
    for (const key of await keysOf({ command })) {
      const left = Number(await command("PTTL", key));
      if (left <= ms) await command("PEXPIREAT", key, "1");
      else await command("PEXPIRE", key, String(left - ms));
    }
  }
}

/** Returns all keys of a server. */
export async function keysOf({ command }: Pick<RedisServer, "command">): Promise<string[]> {
  return (await command("KEYS", "*")) as string[];
}

/** Returns how many keys all servers hold, expired ones included that they have not removed yet. */
export async function countEntries(servers: readonly RedisServer[]): Promise<number> {
  const sizes = await Promise.all(servers.map(({ command }) => command("DBSIZE")));
  return sizes.reduce<number>((sum, size) => sum + Number(size), 0);
}
