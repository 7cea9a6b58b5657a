import { Pool } from "undici";

/** What a load generator does when it is told to. */
export interface Load {
  readonly origin: string;
  readonly path: string;
  /** One for each session; requests use them in turn. */
  readonly cookies: readonly string[];
  /** Each has one request under way at any time. */
  readonly connections: number;
  readonly seconds: number;
}

/** What came of a {@link Load}. */
export interface LoadResult {
  readonly pages: number;
  readonly seconds: number;
}

/** Runs each load that arrives; another status than 200 ends the process. */
process.on("message", (load: Load) => {
  void generate(load).then((result) => process.send?.(result));
});
process.on("disconnect", () => {
  process.exit();
});

async function generate(load: Load): Promise<LoadResult> {
  const { origin, path, cookies, connections, seconds } = load;
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  let pages = 0;

  async function visit(): Promise<void> {
    while (performance.now() < until) {
      const cookie = cookies[pages % cookies.length] ?? "";
      pages += 1;
      const headers = { cookie, accept: "text/html" };
      const { statusCode, body } = await pool.request({ path, method: "GET", headers });
      if (statusCode !== 200) throw new Error(`${origin}${path} responded with ${statusCode}`);
      await body.dump();
    }
  }

  await Promise.all(Array.from({ length: connections }, visit));
  const elapsedSeconds = (performance.now() - startedAt) / 1_000;
  await pool.close();
  return { pages, seconds: elapsedSeconds };
}
