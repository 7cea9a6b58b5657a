import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { findRedis } from "./find-redis.js";
import { freePort } from "./free-port.js";

/** A Redis server of a test: on 127.0.0.1, in memory only. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Executes one command over a connection of the test's own and returns the reply. */
  readonly command: (...args: string[]) => Promise<unknown>;
  /** Ends it at once, as a crash does. What it held is lost. */
  readonly kill: () => Promise<void>;
  /** Starts it again, on the same port. */
  readonly start: () => Promise<void>;
  /** Stops it from running; its connections stay open and silent. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly close: () => Promise<void>;
}

/** Starts a Redis server on a free port, with these settings, such as `--requirepass`. */
export async function startRedis(settings: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const fixed = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
  const args = [...fixed, "--save", "", "--appendonly", "no", ...settings];
  let running = await spawnRedis(args);

  let client: ReturnType<typeof createClient> | undefined;

  async function command(...words: string[]): Promise<unknown> {
    if (client === undefined) {
      client = createClient({ url });
      client.on("error", () => undefined);
      await client.connect();
    }
    return client.sendCommand(words);
  }

  async function kill(): Promise<void> {
    client?.destroy();
    client = undefined;
    if (running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, "exit");
    running.kill("SIGKILL");
    await exited;
  }

  return {
    port,
    url,
    command,
    kill,
    start: async () => {
      running = await spawnRedis(args);
    },
    freeze: () => running.kill("SIGSTOP"),
    thaw: () => running.kill("SIGCONT"),
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function spawnRedis(args: readonly string[]): Promise<ChildProcess> {
  const path = findRedis();
  if (path === undefined) throw new Error("There is no Redis server: npm run test:browser-ready");
  const child = spawn(path, [...args], { stdio: ["ignore", "pipe", "pipe"] });
  function killWithThisProcess(): void {
    child.kill("SIGKILL");
  }
  process.once("exit", killWithThisProcess);
  child.once("exit", () => process.off("exit", killWithThisProcess));
  await new Promise<void>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Ready to accept connections")) resolve();
    });
    child.once("exit", () => {
      reject(new Error(`Redis ended before it was ready:\n${output}`));
    });
  });
  return child;
}
