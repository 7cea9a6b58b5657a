import { createServer } from "node:http";

/** A port that a server is about to listen on. */
export interface WantedPort {
  /** The setting that has it. */
  readonly setting: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** All hosts unless given. */
  readonly host?: string;
}

/** How far the port that is suggested is from the one that is in use, to be easy to remember. */
const STEP = 100;
const MIN_PORT = 1_024;
const MAX_PORT = 65_535;

/**
 * Verifies that all ports can be listened on, before any server starts.
 *
 * @throws Error that names each port that cannot, and the command that works.
 */
export async function requireFreePorts(
  wanted: readonly WantedPort[],
  command: string,
): Promise<void> {
  const taken: { readonly setting: string; readonly line: string; readonly free: number }[] = [];
  const avoided = new Set(wanted.map(({ port }) => port));
  for (const each of wanted) {
    const code = await tryPort(each);
    if (code === undefined) continue;
    const reason = code === "EADDRINUSE" ? "is in use (another copy running?)" : "cannot be used";
    const { setting, port } = each;
    const free = await findFreePort(each, avoided);
    avoided.add(free);
    const line = `port ${port} ${reason}`;
    taken.push({ setting, line, free });
  }
  if (taken.length === 0) return;
  const settings = taken.map(({ setting, free }) => `${setting}=${free}`).join(" ");
  const lines = taken.map(({ line }) => line);
  throw new Error([...lines, `Try: ${settings} ${command}`].join("\n"));
}

/** Returns a port above the reserved ones that can be listened on. */
async function findFreePort(wanted: WantedPort, avoided: ReadonlySet<number>): Promise<number> {
  for (let offset = STEP; offset <= MAX_PORT; offset += STEP) {
    const port = ((wanted.port + offset - MIN_PORT) % (MAX_PORT - MIN_PORT + 1)) + MIN_PORT;
    if (!avoided.has(port) && (await tryPort({ ...wanted, port })) === undefined) return port;
  }
  throw new Error("No port is free");
}

/** Listens on a port for a moment; returns the system's code when it cannot. */
async function tryPort({ port, host }: WantedPort): Promise<string | undefined> {
  if (port === 0) return undefined;
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      if ("code" in error) resolve(String(error.code));
      else reject(error);
    });
    server.listen({ port, host }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
}
