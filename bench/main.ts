import { cpus } from "node:os";
import type { Benchmark } from "./benchmark.js";
import { challengeHeader } from "./challenge-header/challenge-header.js";
import { writeFigures } from "./document.js";
import { hotPage, hotPageWithRedis, systems } from "./hot-page/hot-page.js";
import { formatTable } from "./measure/table.js";
import { type Command, readCommand } from "./options.js";
import { signIn } from "./sign-in/sign-in.js";
import { silentToken } from "./silent-token/silent-token.js";
import { state } from "./state/state.js";
import { startUp } from "./start-up/start-up.js";

const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([
  ["hot", hotPage],
  ["hot-redis", hotPageWithRedis],
  ["systems", systems],
  ["header", challengeHeader],
  ["token", silentToken],
  ["sign-in", signIn],
  ["start", startUp],
  ["state", state],
]);

/** Runs the benchmarks that the command line names, or all of them: `npm run bench`. */
try {
  const command = readCommand(process.argv.slice(2), [...BENCHMARKS.keys()]);
  for (const name of command.names) await runBenchmark(name, command);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function runBenchmark(name: string, command: Command): Promise<void> {
  const benchmark = BENCHMARKS.get(name);
  if (benchmark === undefined) return;
  const rows = await benchmark.run(command);
  const figures = `${formatTable(rows)}\n\n${describeRun(name, command)}`;
  process.stdout.write(`\n${benchmark.title} (${name})\n\n${figures}\n`);
  if (command.writes) await writeFigures(name, figures);
}

/** Returns how the figures were made and how to make them again. */
function describeRun(name: string, command: Command): string {
  const { rounds, seconds, usesWrk, othersFolder } = command;
  const wrk = usesWrk ? " --wrk" : "";
  const others = othersFolder === undefined || name !== "systems" ? "" : " --others FOLDER";
  const options = `--rounds ${rounds} --seconds ${seconds}${wrk}${others} --write`;
  const again = `npm run bench -- ${name} ${options}`;
  const [processor] = cpus();
  const machine = `${cpus().length} × ${processor?.model.trim() ?? "an unknown processor"}`;
  return `Made with \`${again}\`, Node.js ${process.version}, ${machine}.`;
}
