import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type ListeningServer, listen, type ListenOptions } from "../../src/server/http-server.js";
import { useActors } from "../support/actors.js";

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(
  handler: RequestListener,
  options: Partial<ListenOptions> = {},
): Promise<ListeningServer> {
  const listening = await listen({ port: 0, host: "127.0.0.1", drainMs: 5_000, ...options });
  listening.server.on("request", handler);
  closers.push(listening.close);
  return listening;
}

/** A connection that a test writes bytes to, and all that came back. */
interface Client {
  readonly socket: Socket;
  readonly received: () => string;
  /** Waits for the end of the connection. */
  readonly ended: Promise<unknown>;
}

async function openConnection({ port }: ListeningServer): Promise<Client> {
  const socket = connect(port, "127.0.0.1");
  closers.push(() => socket.destroy());
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  socket.on("error", () => undefined);
  const ended = once(socket, "close");
  await once(socket, "connect");
  return { socket, received: () => text, ended };
}

/** Waits until a connection has received this. */
async function expectReceived(client: Client, pattern: RegExp): Promise<void> {
  await expect.poll(client.received, { timeout: 5_000 }).toMatch(pattern);
}

const GET = "GET / HTTP/1.1\r\nHost: app.example\r\n";

function respondDone(...[, response]: Parameters<RequestListener>): void {
  response.end("done");
}

describe("the three servers", () => {
  const actors = useActors();

  it("keep idle connections longer than the minute of usual proxies", async () => {
    const { url, surroundings } = actors;
    for (const address of [`${url}/healthz`, surroundings.payrollUrl, surroundings.authority.url]) {
      const response = await fetch(address);
      await response.text();
      const [, seconds] = /timeout=(\d+)/.exec(response.headers.get("keep-alive") ?? "") ?? [];
      expect(Number(seconds), address).toBeGreaterThan(60);
    }
  });
});

describe("listen", () => {
  it("has no limit of a request that ends before a connection may be idle", async () => {
    const { server } = await serve(respondDone);
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
    expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
    expect(server.requestTimeout).toBeGreaterThan(server.headersTimeout);
    expect(server.requestTimeout).toBeLessThan(120_000);
  });

  it("serves several requests of one connection, and closes it when it is idle", async () => {
    const client = await openConnection(
      await serve(respondDone, { times: { keepAliveTimeout: 100 } }),
    );
    client.socket.write(`${GET}\r\n`);
    await expectReceived(client, /done/);
    client.socket.write(`${GET}\r\n`);
    await expectReceived(client, /done[^]*done/);
    await client.ended;
  });

  it.each([
    ["the head of a request", GET],
    ["a request", `POST / HTTP/1.1\r\nHost: app.example\r\nContent-Length: 10\r\n\r\nhalf`],
  ])("ends a connection on which %s does not become complete", async (_name, bytes) => {
    const server = createServer({ connectionsCheckingInterval: 20 });
    const times = { headersTimeout: 100, requestTimeout: 200 };
    const listening = await serve(
      (request, response) => request.resume().on("end", () => response.end()),
      { server, times },
    );
    const client = await openConnection(listening);
    client.socket.write(bytes);
    await client.ended;
    expect(client.received()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("leaves out no header, of which a proxy's may be the last", async () => {
    const listening = await serve((request, response) => {
      response.end(String(request.headers["x-forwarded-for"]));
    });
    const client = await openConnection(listening);
    const many = "a:\r\n".repeat(3_000);
    client.socket.write(`${GET}${many}X-Forwarded-For: 192.0.2.7\r\n\r\n`);
    await expectReceived(client, /192\.0\.2\.7/);
  });

  it("refuses a head above 16 KB", async () => {
    const client = await openConnection(await serve(respondDone));
    client.socket.write(`${GET}Cookie: ${"a".repeat(17_000)}\r\n\r\n`);
    await client.ended;
    expect(client.received()).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe("turnAway", () => {
  it("asks to close the connection with each response, and goes on to serve", async () => {
    const held: (() => void)[] = [];
    const listening = await serve((_request, response) => {
      held.push(() => response.end("done"));
    });
    const underWay = await openConnection(listening);
    underWay.socket.write(`${GET}\r\n`);
    await expect.poll(() => held).toHaveLength(1);
    listening.turnAway();
    const later = await openConnection(listening);
    later.socket.write(`${GET}\r\n`);
    await expect.poll(() => held).toHaveLength(2);
    for (const respond of held) respond();
    for (const client of [underWay, later]) {
      await client.ended;
      expect(client.received()).toMatch(/connection: close[^]*done/i);
    }
  });
});

describe("close", () => {
  it("completes requests under way, and those that arrive on connections that are open", async () => {
    const held: (() => void)[] = [];
    const listening = await serve((_request, response) => {
      held.push(() => response.end("done"));
    });
    const [underWay, opened] = [await openConnection(listening), await openConnection(listening)];
    underWay.socket.write(`${GET}\r\n`);
    await expect.poll(() => held).toHaveLength(1);
    const closed = listening.close();
    opened.socket.write(`${GET}\r\n`);
    await expect.poll(() => held).toHaveLength(2);
    for (const respond of held) respond();
    await closed;
    for (const client of [underWay, opened]) {
      await client.ended;
      expect(client.received()).toMatch(/connection: close[^]*done/i);
    }
  });

  it("does not wait for event streams", async () => {
    const listening = await serve(
      (_request, response) => {
        response.setHeader("Content-Type", "text/event-stream");
        response.write("data: first\n\n");
      },
      { drainMs: 60_000 },
    );
    const client = await openConnection(listening);
    client.socket.write(`${GET}\r\n`);
    await expectReceived(client, /first/);
    await listening.close();
    await client.ended;
    // The end of a chunked body: the stream is complete, not cut off.
    expect(client.received()).toMatch(/\r\n0\r\n\r\n$/);
  });

  it("ends idle connections, and new ones without a request", async () => {
    const listening = await serve(respondDone, { drainMs: 60_000 });
    const [idle, fresh] = [await openConnection(listening), await openConnection(listening)];
    idle.socket.write(`${GET}\r\n`);
    await expectReceived(idle, /done/);
    await listening.close();
    await Promise.all([idle.ended, fresh.ended]);
  });

  it("waits no longer than the drain time", async () => {
    const requests: string[] = [];
    const listening = await serve((request) => requests.push(request.url ?? ""), { drainMs: 50 });
    const client = await openConnection(listening);
    client.socket.write(`${GET}\r\n`);
    await expect.poll(() => requests).toHaveLength(1);
    await listening.close();
    await client.ended;
    expect(client.received()).toBe("");
  });
});
