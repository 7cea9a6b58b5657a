import { z } from "zod";

/**
 * Accepts the address of a Redis, or the addresses of several nodes of a cluster, which then share the
 * scheme, user and password of the first one. Other hosts than this machine may be without TLS: values
 * in Redis are sealed, and Redis in a private network often has none.
 */
export const redisUrls = z.string().transform((text, context) => {
  const urls = text.split(",").map((each) => each.trim());
  if (!urls.every(isRedisUrl)) {
    context.addIssue("must be redis:// or rediss:// addresses, such as redis://localhost:6379");
    return z.NEVER;
  }
  if (new Set(urls.map((url) => new URL(url).protocol)).size > 1) {
    context.addIssue("must have the same scheme, redis:// or rediss://, in all addresses");
    return z.NEVER;
  }
  return urls;
});

function isRedisUrl(text: string): boolean {
  try {
    const { protocol, hostname, pathname, username, password } = new URL(text);
    decodeURIComponent(username + password);
    return /^rediss?:$/.test(protocol) && hostname !== "" && /^\/?\d{0,4}$/.test(pathname);
  } catch {
    return false;
  }
}
