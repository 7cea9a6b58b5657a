import type { Request } from "express";

/**
 * Returns the name of a cookie of this app.
 *
 * Behind https it is `__Host-`, which no subdomain can plant. On http, which is this machine, it has
 * the port: cookies ignore ports, and two apps on `localhost` would overwrite each other's.
 */
export function cookieName(name: string, baseUrl: string): string {
  const { protocol, port } = new URL(baseUrl);
  return protocol === "https:" ? `__Host-${name}` : `${name}-${port === "" ? "80" : port}`;
}

/** Returns the value of a cookie of this app, whose values need no encoding. */
export function readCookie(request: Request, name: string): string | undefined {
  const cookies = (request.get("Cookie") ?? "").split(/;\s*/);
  return cookies.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}
