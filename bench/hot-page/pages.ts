import { type TestAuthority, startAuthority } from "../../test/support/authority.js";
import { makePerson } from "../../test/support/authority-tokens.js";
import type { HttpBrowser } from "../../test/support/http-browser.js";
import { settingsFor } from "../../test/support/web-app.js";
import type { BenchmarkOptions } from "../benchmark.js";
import { compare, type Row } from "../measure/rows.js";
import { type Round, takeTurns } from "../measure/rounds.js";
import { build, programPath } from "../processes/build.js";
import { type CloseLater, closingAll } from "../processes/closing-all.js";
import { type ServerProcess, startServerProcess } from "../processes/server-process.js";
import { type LoadGenerator, startLoadGenerator } from "./load.js";
import { beginSessions } from "./sessions.js";
import { createWrkGenerator } from "./wrk.js";

const PATH = "/profile";
const CONNECTIONS = 16;

/** The page does not call the Payroll API. */
const NO_PAYROLL = { payrollUrl: "http://localhost:1", payrollScopes: ["api://payroll/Read"] };

/** Pages of two servers may differ by so much in size; they have the same views and data. */
const MAX_SIZE_RATIO = 1.1;

/** A program that serves the profile page. */
export interface PageProgram {
  /** Its file, and options of Node before it. */
  readonly args: readonly string[];
  /** Settings besides those that all programs have. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Begins a session. */
  readonly begin: (browser: HttpBrowser) => Promise<void>;
}

/** The figures of one round. */
export interface PageFigures {
  readonly perSecond: number;
  readonly cpuMs: number;
}

/**
 * Measures the profile page of programs in turn: each in a process of its own, with sessions that are
 * signed in at one authority, and one API.
 *
 * @throws Error when a page is not the profile, or a token was not at hand.
 */
export async function measurePages<Name extends string>(
  programs: Readonly<Record<Name, PageProgram>>,
  options: BenchmarkOptions,
): Promise<Readonly<Record<Name, PageFigures[]>>> {
  await build();
  return closingAll(async (closeLater) => {
    const authority = closeLater(await startAuthority());
    const stub = { args: [programPath("programs/graph-stub")] };
    const graph = closeLater(await startServerProcess(stub));
    const settings = settingsFor({ authority, graphUrl: graph.url, ...NO_PAYROLL });
    const names = Object.keys(programs) as Name[];
    const contestants: Contestant[] = [];
    for (const name of names) {
      const program = { ...programs[name], begin: beginAsAnother(authority, programs[name].begin) };
      contestants.push(await startContestant(program, settings, closeLater));
    }
    await requireSamePage(contestants);
    const generator = closeLater(
      options.usesWrk ? await createWrkGenerator() : startLoadGenerator(),
    );
    const tokenRequests = countTokenRequests(authority);
    const rounds = contestants.map((contestant, at) => {
      const round = roundOf(contestant, generator, options.seconds);
      return [names[at] ?? "", round] as const;
    });
    const figures = await takeTurns(
      Object.fromEntries(rounds) as Record<Name, Round<PageFigures>>,
      options.rounds,
    );
    if (countTokenRequests(authority) > tokenRequests) throw new Error("A token was not at hand");
    return figures;
  });
}

/** Returns the rows that compare the figures of a program with those of another one. */
export function rowsOf(
  [name, figures]: readonly [string, readonly PageFigures[]],
  [other, others]: readonly [string, readonly PageFigures[]],
): readonly Row[] {
  return [
    compare(
      { name: `${name}pages per second`, figures: figures.map(({ perSecond }) => perSecond) },
      { name: other, figures: others.map(({ perSecond }) => perSecond) },
      "/s",
    ),
    compare(
      { name: `${name}CPU time of a page`, figures: figures.map(({ cpuMs }) => cpuMs) },
      { name: other, figures: others.map(({ cpuMs }) => cpuMs) },
      "ms",
    ),
  ];
}

interface Contestant {
  readonly server: ServerProcess;
  readonly cookies: readonly string[];
}

async function startContestant(
  { args, env, begin }: PageProgram,
  settings: Readonly<Record<string, string>>,
  closeLater: CloseLater,
): Promise<Contestant> {
  const all = { ...settings, NODE_ENV: "production", ...env };
  const server = closeLater(await startServerProcess({ args, env: all }));
  return { server, cookies: await beginSessions(server.url, begin) };
}

/** Signs in another person each time: the app bounds the sessions of one person. */
function beginAsAnother(
  authority: TestAuthority,
  begin: PageProgram["begin"],
): PageProgram["begin"] {
  return async (browser) => {
    authority.person = makePerson("Ada");
    await begin(browser);
  };
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

/** Verifies that all servers show a page of about the same size. */
async function requireSamePage(contestants: readonly Contestant[]): Promise<void> {
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
