import { connect, createServer, type Socket } from "node:net";
import { type AddressInfo } from "node:net";

/** Commands of a client for its connection, which come without an operation of the store. */
const OF_CONNECTION = new Set(["AUTH", "CLIENT", "CLUSTER", "HELLO", "PING", "SELECT"]);

/** A command as it was on the wire: its name and, of scripts too, the key. */
export interface SeenCommand {
  readonly name: string;
  readonly key: string;
}

/** A proxy in front of a Redis server that sees what is sent to it. */
export interface CountingProxy {
  /** The address to use in place of the server's. */
  readonly url: string;
  /** All commands in order, without those for the connection itself. */
  readonly commands: SeenCommand[];
  /** How often a command was sent while no other one waited for its reply. */
  readonly roundTrips: () => number;
  /** Forgets the commands and round trips. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

/** Starts a counting proxy on a free port of 127.0.0.1. */
export async function startCountingProxy(target: {
  readonly port: number;
}): Promise<CountingProxy> {
  const commands: SeenCommand[] = [];
  const sockets = new Set<Socket>();
  let roundTrips = 0;
  const server = createServer((client) => {
    const upstream = connect(target.port, "127.0.0.1");
    let isWaiting = false;
    let unread: Buffer = Buffer.alloc(0);
    client.on("data", (chunk) => {
      const read = readCommands(Buffer.concat([unread, chunk]));
      unread = read.rest;
      const counted = read.commands.filter(({ name }) => !OF_CONNECTION.has(name));
      commands.push(...counted);
      if (counted.length > 0 && !isWaiting) roundTrips += 1;
      isWaiting ||= counted.length > 0;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      isWaiting = false;
      client.write(chunk);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands,
    roundTrips: () => roundTrips,
    forget: () => {
      commands.length = 0;
      roundTrips = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Reads the complete commands at the beginning of the data: arrays of bulk strings (RESP). */
function readCommands(data: Buffer): { readonly commands: SeenCommand[]; readonly rest: Buffer } {
  const commands: SeenCommand[] = [];
  let rest = data;
  for (;;) {
    const read = readCommand(rest);
    if (read === undefined) return { commands, rest };
    const [name = "", ...args] = read.args;
    const isScript = name.toUpperCase().startsWith("EVAL");
    commands.push({ name: name.toUpperCase(), key: (isScript ? args[2] : args[0]) ?? "" });
    rest = rest.subarray(read.length);
  }
}

/** Returns one command and its length in bytes, or undefined when it is not complete. */
function readCommand(
  data: Buffer,
): { readonly args: readonly string[]; readonly length: number } | undefined {
  const args: string[] = [];
  let position = 0;

  function readCount(): number | undefined {
    const end = data.indexOf("\r\n", position);
    if (end === -1) return undefined;
    const count = Number(data.toString("latin1", position + 1, end));
    position = end + 2;
    return count;
  }

  const count = readCount();
  if (count === undefined) return undefined;
  for (let index = 0; index < count; index += 1) {
    const length = readCount();
    if (length === undefined || position + length + 2 > data.length) return undefined;
    args.push(data.toString("utf8", position, position + length));
    position += length + 2;
  }
  return { args, length: position };
}
