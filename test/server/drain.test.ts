import { describe, expect, it } from "vitest";
import {
  closeAfterEach,
  expectReceived,
  GET,
  openConnection,
  respondDone,
  serve,
} from "./connections.js";

closeAfterEach();

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
  it("responds to a request that has arrived on an idle connection", async () => {
    const listening = await serve(respondDone);
    const clients = await Promise.all(Array.from({ length: 50 }, () => openConnection(listening)));
    for (const client of clients) client.socket.write(`${GET}\r\n`);
    for (const client of clients) await expectReceived(client, /done/);
    for (const client of clients) client.socket.write(`${GET}\r\n`);
    await listening.close();
    for (const client of clients) {
      await client.ended;
      expect(client.received()).toMatch(/done[^]*connection: close[^]*done/i);
    }
  });

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
