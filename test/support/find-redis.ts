import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";
import process from "node:process";

/** The names of Redis and of its successor with the same protocol. */
const COMMANDS = ["redis-server", "valkey-server"];

/** The tests' clusters need `cluster-port`, which is new in this version. */
const OLDEST_MAJOR = 7;

const VERSION_TIMEOUT_MS = 10_000;

/**
 * Returns the path of a Redis server that is new enough, or `undefined` when there is none.
 * `REDIS_SERVER_PATH` decides alone when it is set.
 */
export function findRedis(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env["REDIS_SERVER_PATH"]) return [env["REDIS_SERVER_PATH"]].find(isNewEnough);
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const paths = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return paths.find(isNewEnough);
}

function isNewEnough(path: string): boolean {
  try {
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    const output = execFileSync(path, ["--version"], { stdio, timeout: VERSION_TIMEOUT_MS });
    return Number(/ v=(\d+)\./.exec(output.toString())?.[1]) >= OLDEST_MAJOR;
  } catch {
    return false;
  }
}
