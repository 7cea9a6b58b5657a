import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Load, LoadResult } from "../programs/load-generator.js";
import type { LoadGenerator } from "./load.js";

/** Creates a generator that runs `wrk`, which uses less CPU than ours. */
export async function createWrkGenerator(): Promise<LoadGenerator> {
  const folder = await mkdtemp(join(tmpdir(), "bench-wrk-"));
  const script = join(folder, "sessions.lua");
  return {
    run: async (load) => {
      await writeFile(script, luaOf(load));
      const { origin, path, connections } = load;
      // It measures whole seconds only.
      const duration = `${Math.max(1, Math.round(load.seconds))}s`;
      const args = ["-t1", `-c${connections}`, `-d${duration}`, "-s", script, `${origin}${path}`];
      const { stdout } = await promisify(execFile)("wrk", args);
      return readReport(stdout);
    },
    close: () => rm(folder, { recursive: true }),
  };
}

/** Returns the script that sends the sessions' cookies in turn. */
function luaOf({ cookies }: Load): string {
  const list = cookies.map((cookie) => JSON.stringify(cookie)).join(", ");
  return `local cookies = { ${list} }
local sent = 0
request = function()
  sent = sent + 1
  return wrk.format("GET", nil, { cookie = cookies[sent % #cookies + 1], accept = "text/html" })
end
`;
}

/** Reads the counts that wrk prints: `4212 requests in 2.01s, 9.61MB read`. */
function readReport(report: string): LoadResult {
  const [, pages, seconds] = /(\d+) requests in ([\d.]+)s/.exec(report) ?? [];
  if (pages === undefined || seconds === undefined || /Non-2xx|Socket errors/.test(report)) {
    throw new Error(`wrk met with errors:\n${report}`);
  }
  return { pages: Number(pages), seconds: Number(seconds) };
}
