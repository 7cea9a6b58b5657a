import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import {
  closeAfterEach,
  expectReceived,
  GET,
  openConnection,
  respondDone,
  serve,
} from "./connections.js";

closeAfterEach();

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
