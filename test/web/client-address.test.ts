import { afterEach, describe, expect, it } from "vitest";
import { type Actors, startActors } from "../support/actors.js";

let actors: Actors | undefined;

afterEach(async () => {
  await actors?.close();
  actors = undefined;
});

function isRequest(line: string): boolean {
  return line.includes('"msg":"request"');
}

/** Opens the home page through proxies that add this header, and returns what the log has. */
async function loggedClient(proxies: number, forwardedFor?: string): Promise<unknown> {
  actors = await startActors({ settings: { TRUST_PROXY: String(proxies) } });
  const headers = forwardedFor === undefined ? {} : { "X-Forwarded-For": forwardedFor };
  await fetch(actors.url, { headers });
  // The line is written when the response has ended, which the client may see first.
  const { logLines } = actors;
  await expect.poll(() => logLines.some(isRequest)).toBe(true);
  return (JSON.parse(logLines.find(isRequest) ?? "{}") as { client?: unknown }).client;
}

const LOOPBACK = expect.stringMatching(/^(?:127\.0\.0\.1|::1)$/) as unknown;

describe("the client's address in the log", () => {
  it.each([
    ["no proxy is trusted", 0, "192.0.2.1", LOOPBACK],
    ["there is no header", 1, undefined, LOOPBACK],
    ["one proxy wrote it", 1, "192.0.2.1", "192.0.2.1"],
    ["the client wrote one, too", 1, "203.0.113.9, 192.0.2.1", "192.0.2.1"],
    ["two proxies wrote it", 2, "203.0.113.9, 192.0.2.1, 10.0.0.1", "192.0.2.1"],
    ["it has a port", 1, "192.0.2.1:54321", "192.0.2.1"],
    ["it is IPv6 with a port", 1, "[2001:DB8::1]:54321", "2001:db8::1"],
    ["it is IPv6", 1, "2001:db8::1", "2001:db8::1"],
    ["it is IPv4 within IPv6", 1, "::ffff:192.0.2.1", "192.0.2.1"],
    ["it is no address", 1, "unknown", LOOPBACK],
    ["it is a script", 1, "<script>alert(1)</script>", LOOPBACK],
    ["it is very long", 1, "1".repeat(4_000), LOOPBACK],
  ])("is right when %s", async (...[, proxies, header, expected]) => {
    expect(await loggedClient(proxies, header)).toEqual(expected);
  });
});
