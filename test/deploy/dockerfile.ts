import { execFile } from "node:child_process";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";

/** An instruction of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** What a Dockerfile without Docker has made: the last stage. */
export interface BuiltImage {
  /** The folder that stands for `/`. */
  readonly root: string;
  /** The working directory in it. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

interface Stage {
  readonly root: string;
  folder: string;
  readonly env: Record<string, string>;
  user?: string;
  command: readonly string[];
  healthCheck: readonly string[];
}

/** Reads the instructions of a Dockerfile, without comments. */
export async function readDockerfile(path = "Dockerfile"): Promise<readonly Instruction[]> {
  const text = (await readFile(path, "utf8")).replaceAll(/^#.*\n/gm, "").replaceAll("\\\n", " ");
  return [...text.matchAll(/^([A-Z]+) +(.*)$/gm)].map(([, name = "", rest = ""]) => {
    return { name, rest };
  });
}

/**
 * Executes each instruction in a folder for each stage. `RUN` runs on this machine, so only files below
 * the working directory are separate; the base image is not there at all.
 *
 * @throws Error for an instruction that it does not know: then the test would prove nothing.
 */
export async function buildImage(
  instructions: readonly Instruction[],
  target: string,
): Promise<BuiltImage> {
  const stages: Stage[] = [];
  const names = new Map<string, Stage>();
  const ignored = await readIgnored();
  for (const { name, rest } of instructions) {
    if (name === "FROM") {
      const root = join(target, `stage-${stages.length}`);
      await mkdir(root, { recursive: true });
      const stage = { root, folder: root, env: {}, command: [], healthCheck: [] };
      stages.push(stage);
      names.set(/ AS (\S+)$/.exec(rest)?.[1] ?? "", stage);
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`${name} is above the first FROM`);
    const execute = EXECUTE[name];
    if (execute === undefined) throw new Error(`This test does not know the instruction ${name}`);
    await execute(rest, { stage, names, ignored });
  }
  const last = stages.at(-1);
  if (last === undefined) throw new Error("The Dockerfile has no stage");
  return { ...last, user: last.user };
}

interface Surroundings {
  readonly stage: Stage;
  readonly names: ReadonlyMap<string, Stage>;
  readonly ignored: readonly string[];
}

const EXECUTE: Readonly<Record<string, (rest: string, around: Surroundings) => unknown>> = {
  WORKDIR: async (rest, { stage }) => {
    stage.folder = join(stage.root, rest);
    await mkdir(stage.folder, { recursive: true });
  },
  ENV: (rest, { stage }) => {
    const [key = "", ...value] = rest.split("=");
    stage.env[key] = value.join("=");
  },
  COPY: (rest, around) => copy(rest.split(/ +/), around),
  RUN: (rest, { stage }) =>
    promisify(execFile)("sh", ["-c", rest], {
      cwd: stage.folder,
      // Only what is not in the cache comes over the network.
      env: { ...baseEnv(), ...stage.env, npm_config_prefer_offline: "true" },
    }),
  USER: (rest, { stage }) => {
    stage.user = rest;
  },
  CMD: (rest, { stage }) => {
    stage.command = JSON.parse(rest) as string[];
  },
  HEALTHCHECK: (rest, { stage }) => {
    stage.healthCheck = JSON.parse(rest.slice(rest.indexOf("["))) as string[];
  },
  EXPOSE: () => undefined,
};

/** Returns the variables of this machine that a command needs to run at all. */
export function baseEnv(): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
}

async function copy(words: readonly string[], around: Surroundings): Promise<void> {
  const { stage, names, ignored } = around;
  const paths = words.filter((word) => !word.startsWith("--from="));
  const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
  const origin = from === undefined ? process.cwd() : (names.get(from)?.root ?? "");
  const destination = paths.pop() ?? "";
  for (const source of paths) {
    // A destination with a slash at its end is a folder; here it is the working directory.
    const name = destination === "./" ? source : destination;
    await cp(join(origin, source), join(stage.folder, name), {
      recursive: true,
      filter: (each) => from !== undefined || !ignored.includes(relative(origin, each)),
    });
  }
}

async function readIgnored(): Promise<readonly string[]> {
  const lines = (await readFile(".dockerignore", "utf8")).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}
