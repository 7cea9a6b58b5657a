import { type TestAuthority, startAuthority } from "../../test/support/authority.js";
import { settingsFor } from "../../test/support/web-app.js";
import type { Benchmark, BenchmarkOptions } from "../benchmark.js";
import { compare, type Row } from "../measure/rows.js";
import { type Round, takeTurns } from "../measure/rounds.js";
import { build, programPath, WEB_APP } from "../processes/build.js";
import { closingAll } from "../processes/closing-all.js";
import { type ServerProcess, startServerProcess } from "../processes/server-process.js";
import { type LoadGenerator, startLoadGenerator } from "./load.js";
import { beginSessions, signIn } from "./sessions.js";
import { createWrkGenerator } from "./wrk.js";

const PATH = "/profile";
const CONNECTIONS = 16;

/** The page does not call the Payroll API. */
const NO_PAYROLL = { payrollUrl: "http://localhost:1", payrollScopes: ["api://payroll/Read"] };

/** Pages of both servers may differ by so much in size; they have the same views and data. */
const MAX_SIZE_RATIO = 1.1;

/** Measures the page that the app shows all day: signed in, with a token at hand. */
export const hotPage: Benchmark = {
  title: "A signed-in page with a token at hand",
  run: measureHotPage,
};

interface Contestant {
  readonly server: ServerProcess;
  readonly cookies: readonly string[];
}

interface PageFigures {
  readonly perSecond: number;
  readonly cpuMs: number;
}

async function measureHotPage(options: BenchmarkOptions): Promise<readonly Row[]> {
  await build();
  return closingAll(async (closeLater) => {
    const authority = closeLater(await startAuthority());
    const stub = { args: [programPath("programs/graph-stub")] };
    const graph = closeLater(await startServerProcess(stub));
    const surroundings = { authority, graphUrl: graph.url, ...NO_PAYROLL };
    const env = { ...settingsFor(surroundings), NODE_ENV: "production" };
    const ourArgs = [...profilerArgs(options.cpuProfileFolder), WEB_APP];
    const our = closeLater(await startServerProcess({ args: ourArgs, env }));
    const bareArgs = [programPath("bare-express")];
    const bare = closeLater(await startServerProcess({ args: bareArgs, env }));
    const ours = { server: our, cookies: await beginSessions(our.url, signIn) };
    const cookies = await beginSessions(bare.url, async (browser) => {
      await browser.get("/begin");
    });
    const theirs = { server: bare, cookies };
    await requireSamePage(ours, theirs);

    const generator = closeLater(
      options.usesWrk ? await createWrkGenerator() : startLoadGenerator(),
    );
    const tokenRequests = countTokenRequests(authority);
    const { app, express } = await takeTurns(
      {
        app: roundOf(ours, generator, options.seconds),
        express: roundOf(theirs, generator, options.seconds),
      },
      options.rounds,
    );
    if (countTokenRequests(authority) > tokenRequests) throw new Error("A token was not at hand");
    return rowsOf(app, express);
  });
}

function profilerArgs(folder: string | undefined): readonly string[] {
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}

function countTokenRequests(authority: TestAuthority): number {
  return authority.requestsTo("/token").length;
}

function roundOf(
  { server, cookies }: Contestant,
  generator: LoadGenerator,
  seconds: number,
): Round<PageFigures> {
  const load = { origin: server.url, path: PATH, cookies, connections: CONNECTIONS, seconds };
  return async () => {
    const before = await server.cpuMs();
    const result = await generator.run(load);
    const cpuMs = (await server.cpuMs()) - before;
    return { perSecond: result.pages / result.seconds, cpuMs: cpuMs / result.pages };
  };
}

/** Verifies that both servers show a page of about the same size. */
async function requireSamePage(...contestants: readonly Contestant[]): Promise<void> {
  const sizes: number[] = [];
  for (const { server, cookies } of contestants) {
    const headers = { cookie: cookies[0] ?? "", accept: "text/html" };
    const response = await fetch(`${server.url}${PATH}`, { headers });
    const html = await response.text();
    if (!html.includes("Ada Okafor")) throw new Error(`${server.url} shows no profile:\n${html}`);
    sizes.push(html.length);
  }
  if (Math.max(...sizes) > MAX_SIZE_RATIO * Math.min(...sizes)) {
    throw new Error(`The pages differ in size: ${sizes.join(", ")} characters`);
  }
}

function rowsOf(app: readonly PageFigures[], bare: readonly PageFigures[]): readonly Row[] {
  const other = "bare Express";
  return [
    compare(
      { name: "pages per second", figures: app.map(({ perSecond }) => perSecond) },
      { name: other, figures: bare.map(({ perSecond }) => perSecond) },
      "/s",
    ),
    compare(
      { name: "CPU time of a page", figures: app.map(({ cpuMs }) => cpuMs) },
      { name: other, figures: bare.map(({ cpuMs }) => cpuMs) },
      "ms",
    ),
  ];
}
