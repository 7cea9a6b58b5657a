import { isIP } from "node:net";
import type { Request } from "express";

/**
 * Returns the address of the client: the one that the outermost of the `TRUST_PROXY` proxies saw.
 *
 * A header is text. Some proxies add the port to the address, and one without a trusted proxy in
 * front may write anything; then it is the address of the connection. An IPv4 address is written in
 * one way only, so that it can be counted.
 */
export function clientAddressOf(request: Request): string | undefined {
  return readAddress(request.ip) ?? readAddress(request.socket.remoteAddress);
}

/** Reads an address with or without a port: `192.0.2.1:443`, `[2001:db8::1]:443`. */
function readAddress(text: string | undefined): string | undefined {
  const address = (text ?? "").trim().toLowerCase();
  const bare =
    /^\[([^\]]+)\](?::\d{1,5})?$/.exec(address)?.[1] ??
    /^([^:]+):\d{1,5}$/.exec(address)?.[1] ??
    address;
  const mapped = /^::ffff:([\d.]+)$/.exec(bare)?.[1];
  const candidate = mapped ?? bare;
  return isIP(candidate) === 0 ? undefined : candidate;
}
