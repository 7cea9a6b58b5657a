import { once } from "node:events";
import type { RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, expect } from "vitest";
import { type ListeningServer, listen, type ListenOptions } from "../../src/server/http-server.js";

const closers: (() => unknown)[] = [];

/** Closes after each test of a file what the functions below have opened. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
}

/** Starts a server on a free port of 127.0.0.1. */
export async function serve(
  handler: RequestListener,
  options: Partial<ListenOptions> = {},
): Promise<ListeningServer> {
  const listening = await listen({ port: 0, host: "127.0.0.1", drainMs: 5_000, ...options });
  listening.server.on("request", handler);
  closers.push(listening.close);
  return listening;
}

/** A connection that a test writes bytes to, and all that came back. */
export interface Client {
  readonly socket: Socket;
  readonly received: () => string;
  /** Waits for the end of the connection. */
  readonly ended: Promise<unknown>;
}

/** Opens a connection to a server. */
export async function openConnection({ port }: ListeningServer): Promise<Client> {
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
export async function expectReceived(client: Client, pattern: RegExp): Promise<void> {
  await expect.poll(client.received, { timeout: 5_000 }).toMatch(pattern);
}

/** A request without the empty line at its end. */
export const GET = "GET / HTTP/1.1\r\nHost: app.example\r\n";

/** Responds with `done`. */
export function respondDone(...[, response]: Parameters<RequestListener>): void {
  response.end("done");
}
