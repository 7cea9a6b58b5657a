import type { RequestListener, ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createOutboundFetch } from "../src/outbound-fetch.js";
import { listen } from "./support/listen.js";

/** Connections to one origin. */
const MAX_CONNECTIONS = 128;

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const { url, close } = await listen(listener);
  closers.push(close);
  return url;
}

describe("createOutboundFetch", () => {
  it("contacts no origin that is not configured", async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      response.end();
    });
    const fetch = createOutboundFetch({ allowed: ["https://example.com"] });
    await expect(fetch(url)).rejects.toThrow(TypeError);
    expect(calls).toBe(0);
  });

  it("hands a redirect over instead of following it", async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.url === "/" ? 307 : 200, { Location: "/elsewhere" }).end();
    });
    const fetch = createOutboundFetch({ allowed: [url] });
    const response = await fetch(`${url}/`, { method: "POST", body: "secret" });
    expect(response.status).toBe(307);
  });

  it("reads the response that follows an interim one", async () => {
    const url = await serve((_request, response) => {
      response.writeProcessing();
      response.writeHead(201, { "X-Part": ["one", "two"] }).end("made");
    });
    const response = await createOutboundFetch({ allowed: [url] })(url);
    expect([response.status, await response.text()]).toEqual([201, "made"]);
    expect(response.headers.get("x-part")).toBe("one, two");
  });

  it("gives up when the signal says so, although no connection is open yet", async () => {
    const sockets: Socket[] = [];
    // It never answers the client's part of the TLS handshake.
    const server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const controller = new AbortController();
    const { signal } = controller;
    const outcome = createOutboundFetch({ allowed: [url] })(url, { signal });
    await expect.poll(() => sockets).toHaveLength(1);
    controller.abort(new DOMException("The time is over", "TimeoutError"));
    await expect(outcome).rejects.toMatchObject({ name: "TimeoutError" });
    expect(sockets[0]?.destroyed).toBe(false);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("never sends a request that was given up while all connections were in use", async () => {
    const received: string[] = [];
    const held: ServerResponse[] = [];
    const url = await serve((request, response) => {
      received.push(request.url ?? "");
      held.push(response);
    });
    const fetch = createOutboundFetch({ allowed: [url] });
    const others = Array.from({ length: MAX_CONNECTIONS }, () => fetch(`${url}/other`));
    await expect.poll(() => held, { timeout: 10_000 }).toHaveLength(MAX_CONNECTIONS);
    const controller = new AbortController();
    const outcome = fetch(`${url}/late`, { method: "POST", signal: controller.signal });
    const rejected = expect(outcome).rejects.toMatchObject({ name: "AbortError" });
    controller.abort();
    await rejected;
    for (const response of held.splice(0)) response.end();
    await Promise.all(others);
    const next = fetch(`${url}/next`);
    await expect.poll(() => held).toHaveLength(1);
    held[0]?.end();
    await next;
    expect(received).not.toContain("/late");
  });

  it("reads responses of 256 KB and no larger ones", async () => {
    const url = await serve((request, response) => {
      response.end("a".repeat(256 * 1024 + (request.url === "/more" ? 1 : 0)));
    });
    const fetch = createOutboundFetch({ allowed: [url] });
    expect(await (await fetch(url)).text()).toHaveLength(256 * 1024);
    await expect(fetch(`${url}/more`)).rejects.toThrow(TypeError);
  });
});
