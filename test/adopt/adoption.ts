import { execFile } from "node:child_process";
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { allMatches, read } from "../support/documents.js";

const run = promisify(execFile);

/** The options of a strict project that is not this one. */
const COMPILER_OPTIONS = {
  ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
  ...{ target: "es2023", lib: ["es2023"], module: "nodenext", verbatimModuleSyntax: true },
  ...{ types: ["node"], skipLibCheck: true, noEmit: true },
};

/** An app of somebody who follows a section of `docs/adopt.md`. */
export interface Adoption {
  readonly folder: string;
  /** The packages that the section says to install. */
  readonly packages: readonly string[];
  /** Type-checks the folder; rejects with what the compiler says. */
  readonly compile: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Does in an empty folder what the commands of a section say, and writes its programs. */
export async function adopt(heading: string): Promise<Adoption> {
  const text = sectionOf(heading);
  const folder = await mkdtemp(join(tmpdir(), "adopt-"));
  const packages: string[] = [];
  for (const line of allMatches(text, /```sh\n([\s\S]*?)```/g)
    .join("")
    .split("\n")) {
    const [command = "", ...words] = line.split(" ");
    const install = words.indexOf("install");
    if (install !== -1) packages.push(...words.slice(install + 1));
    else if (command !== "")
      await run(
        command,
        words.map((word) => inFolder(word, folder)),
      );
  }
  for (const [, name = "", program = ""] of text.matchAll(
    /^`your-app\/(\S+)`:\n\n```ts\n([\s\S]*?)```/gm,
  )) {
    await writeFile(join(folder, name), program);
  }
  await linkPackages(folder, packages);
  return {
    ...{ folder, packages },
    compile: () => compile(folder),
    close: () => rm(folder, { recursive: true }),
  };
}

/** Returns the part of the document under a heading of any level, to the next one of the second. */
function sectionOf(heading: string): string {
  const text = read("docs/adopt.md");
  const start = text.search(new RegExp(`^#+ ${heading}$`, "m"));
  if (start === -1) throw new Error(`docs/adopt.md has no heading ${heading}`);
  return text.slice(start).split(/\n#+ /)[0] ?? "";
}

function inFolder(word: string, folder: string): string {
  return word.replace(/^your-app(?=\/|$)/, folder);
}

/** Makes packages importable, and of the others only what the compiler needs. */
export async function linkPackages(folder: string, packages: readonly string[]): Promise<void> {
  const types = ["@types/node", ...packages.map((name) => `@types/${name}`)];
  for (const name of [...packages, ...types]) {
    const [target, link] = [resolve("node_modules", name), join(folder, "node_modules", name)];
    await mkdir(dirname(link), { recursive: true });
    if (await exists(join(target, "package.json"))) await symlink(target, link);
    else if (packages.includes(name)) throw new Error(`${name} is not installed here`);
  }
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

async function compile(folder: string): Promise<void> {
  const settings = { compilerOptions: COMPILER_OPTIONS };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
  if (!(await exists(join(folder, "package.json")))) {
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
  }
  const compiler = resolve("node_modules/typescript/bin/tsc");
  await run(process.execPath, [compiler], { cwd: folder }).catch((error: unknown) => {
    throw new Error((error as { stdout: string }).stdout);
  });
}
