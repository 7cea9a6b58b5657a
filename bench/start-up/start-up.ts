import { startAuthority } from "../../test/support/authority.js";
import { settingsFor } from "../../test/support/web-app.js";
import type { Benchmark, BenchmarkOptions } from "../benchmark.js";
import { takeTurns } from "../measure/rounds.js";
import { compare, type Row } from "../measure/rows.js";
import { build, programPath, WEB_APP } from "../processes/build.js";
import { closingAll } from "../processes/closing-all.js";
import { startServerProcess, type ServerProgram } from "../processes/server-process.js";
import { packagesOf } from "./packages.js";

const OTHER = "an Express app that loads the same packages";

/** Measures the time from the start of the process until it is ready, and its memory then. */
export const startUp: Benchmark = {
  title: "The start",
  run: measureStartUp,
};

interface StartFigures {
  readonly startMs: number;
  readonly cpuMs: number;
  /** Undefined where the system does not tell. */
  readonly megabytes: number | undefined;
}

async function measureStartUp({ rounds }: BenchmarkOptions): Promise<readonly Row[]> {
  await build();
  return closingAll(async (closeLater) => {
    const authority = closeLater(await startAuthority());
    const surroundings = {
      authority,
      graphUrl: authority.url,
      payrollUrl: authority.url,
      payrollScopes: ["api://payroll/Payroll.Read"],
    };
    const env = { ...settingsFor(surroundings), NODE_ENV: "production" };
    const args = [programPath("programs/bare-start"), ...(await packagesOf(WEB_APP))];
    const { app, bare } = await takeTurns(
      { app: () => startOnce({ args: [WEB_APP], env }), bare: () => startOnce({ args, env }) },
      rounds,
    );
    return rowsOf(app, bare);
  });
}

async function startOnce(program: ServerProgram): Promise<StartFigures> {
  const server = await startServerProcess(program);
  const cpuMs = await server.cpuMs();
  const megabytes = await server.residentMegabytes();
  await server.close();
  return { startMs: server.startMs, cpuMs, megabytes };
}

function rowsOf(app: readonly StartFigures[], bare: readonly StartFigures[]): readonly Row[] {
  const times = [
    compare(
      { name: "until it is ready", figures: app.map(({ startMs }) => startMs) },
      { name: OTHER, figures: bare.map(({ startMs }) => startMs) },
      "ms",
    ),
    compare(
      { name: "CPU time until then", figures: app.map(({ cpuMs }) => cpuMs) },
      { name: OTHER, figures: bare.map(({ cpuMs }) => cpuMs) },
      "ms",
    ),
  ];
  const [ours, theirs] = [memoryOf(app), memoryOf(bare)];
  if (ours.length < app.length) return times;
  const memory = compare(
    { name: "resident memory then", figures: ours },
    { name: OTHER, figures: theirs },
    "MB",
  );
  return [...times, memory];
}

function memoryOf(figures: readonly StartFigures[]): readonly number[] {
  return figures.flatMap(({ megabytes = [] }) => megabytes);
}
