import { MemoryStore, type Store } from "express-session";

/** Opens the store of express-session: connect-redis when `REDIS_URL` is set, else its own memory. */
export async function openSessionStore(): Promise<Store> {
  const { REDIS_URL: url } = process.env;
  if (url === undefined) return new MemoryStore();
  const [{ RedisStore }, { createClient }] = await Promise.all([
    import("connect-redis"),
    import("redis"),
  ]);
  const client = createClient({ url });
  await client.connect();
  return new RedisStore({ client });
}
