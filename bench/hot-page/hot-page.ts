import { startRedis } from "../../test/support/redis-server.js";
import type { Benchmark, BenchmarkOptions } from "../benchmark.js";
import { leftOut, type Row } from "../measure/rows.js";
import { closingAll } from "../processes/closing-all.js";
import { measurePages, rowsOf } from "./pages.js";
import { BARE, MSAL, openIdConnect, ours, withRedis } from "./programs.js";

const BARE_EXPRESS = "bare Express";

/** Measures the page that the app shows all day: signed in, with a token at hand. */
export const hotPage: Benchmark = {
  title: "A signed-in page with a token at hand",
  run: async (options) => {
    const programs = { app: ours(options.cpuProfileFolder), bare: BARE };
    const { app, bare } = await measurePages(programs, options);
    return rowsOf(["", app], [BARE_EXPRESS, bare]);
  },
};

/** Measures the same page when both keep their sessions in one Redis. */
export const hotPageWithRedis: Benchmark = {
  title: "A signed-in page with a token at hand, with Redis",
  run: (options) =>
    closingAll(async (closeLater) => {
      const { url } = closeLater(await startRedis());
      const programs = {
        app: withRedis(ours(options.cpuProfileFolder), url),
        bare: withRedis(BARE, url),
      };
      const { app, bare } = await measurePages(programs, options);
      return rowsOf(["", app], ["bare Express, connect-redis", bare]);
    }),
};

/** Measures the same page of other systems, which keep their sessions in memory or in a cookie. */
export const systems: Benchmark = {
  title: "The page of other systems",
  run: measureSystems,
};

async function measureSystems(options: BenchmarkOptions): Promise<readonly Row[]> {
  const { othersFolder } = options;
  const programs = { app: ours(options.cpuProfileFolder), bare: BARE, msal: MSAL };
  const bareName = BARE_EXPRESS;
  if (othersFolder === undefined) {
    const { app, bare, msal } = await measurePages(programs, options);
    return [
      ...rowsOf(["this project: ", app], [bareName, bare]),
      ...rowsOf(["MSAL in Express: ", msal], [bareName, bare]),
      leftOut("express-openid-connect", "needs --others FOLDER"),
    ];
  }
  const all = { ...programs, openid: openIdConnect(othersFolder) };
  const { app, bare, msal, openid } = await measurePages(all, options);
  return [
    ...rowsOf(["this project: ", app], [bareName, bare]),
    ...rowsOf(["MSAL in Express: ", msal], [bareName, bare]),
    ...rowsOf(["express-openid-connect: ", openid], [bareName, bare]),
  ];
}
