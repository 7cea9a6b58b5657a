import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChildProgram, startProgram } from "./support/child-program.js";
import { freePort } from "./support/free-port.js";

const TSX = pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href;
const SECRET = "hunter2hunter2";

let folder: string;
const programs: ChildProgram[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "settings-"));
});

afterEach(async () => {
  for (const program of programs.splice(0)) program.process.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

/** Starts an entry point in a folder with this `.env`, or with none. */
async function start(
  entry: string,
  { file, env = {} }: { file?: string | Uint8Array; env?: Readonly<Record<string, string>> },
): Promise<ChildProgram> {
  if (file !== undefined) await writeFile(join(folder, ".env"), file);
  const program = startProgram(["--import", TSX, resolve(entry)], env, folder);
  programs.push(program);
  return program;
}

async function freePorts(): Promise<Readonly<Record<string, string>>> {
  const names = ["PORT", "PAYROLL_API_PORT", "SANDBOX_PORT"];
  const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())]));
  return Object.fromEntries(ports) as Record<string, string>;
}

const PROGRAMS = [
  "src/start.ts",
  "src/doctor/main.ts",
  "src/payroll-api/main.ts",
  "src/demo/main.ts",
];

describe("a .env that cannot be read as it is meant", () => {
  it.each(PROGRAMS)("stops %s, which names the file", async (entry) => {
    const file = Buffer.from(`\uFEFFTENANT_ID=${SECRET}\n`, "utf16le");
    const program = await start(entry, { file });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toContain(".env is no UTF-8 text");
    expect(program.output()).not.toMatch(/^\s+at |hunter2/m);
  });

  it("stops npm start, which names a setting that is misspelt", async () => {
    const program = await start("src/start.ts", {
      file: `AZURE_TENANT_ID=${SECRET}\nTENANTID=${SECRET}\n`,
    });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toContain("AZURE_TENANT_ID is not a setting");
    expect(program.output()).toContain("TENANTID is not a setting");
    expect(program.output()).not.toMatch(/^\s+at |hunter2/m);
  });

  it("is read with a byte-order mark: it names a tenant, not the sandbox", async () => {
    const program = await start("src/start.ts", { file: "\uFEFFTENANT_ID=contoso.example\n" });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toContain("CLIENT_ID is missing");
  });
});

describe("a client without a tenant", () => {
  it.each([
    ["CLIENT_ID", "src/start.ts"],
    ["CLIENT_SECRET", "src/start.ts"],
    ["CLIENT_ID", "src/doctor/main.ts"],
  ])("is reported: %s, by %s", async (name, entry) => {
    const program = await start(entry, { file: `TENANT_ID=\n${name}=${SECRET}\n` });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toContain("TENANT_ID is missing");
    expect(program.output()).toContain(name);
    expect(program.output()).not.toContain(SECRET);
  });

  it("is not in the way of the sandbox alone", async () => {
    const program = await start("src/demo/main.ts", {
      file: `CLIENT_ID=${SECRET}\n`,
      env: await freePorts(),
    });
    await program.printed(/^CLIENT_SECRET=/m);
  });
});

describe("an environment that other programs share", () => {
  it("does not keep the sandbox from starting, which prints a hint", async () => {
    const env = { ...(await freePorts()), AZURE_TENANT_ID: SECRET, LOGLEVEL: "debug" };
    const program = await start("src/start.ts", { env });
    await program.printed(/Stop with Ctrl-C/);
    expect(program.output()).toMatch(/^Hint: AZURE_TENANT_ID .* TENANT_ID meant\?$/m);
    expect(program.output()).toMatch(/^Hint: LOGLEVEL .* LOG_LEVEL meant\?$/m);
    expect(program.output()).not.toContain(SECRET);
  });

  it("is hinted at beside the problems in production", async () => {
    const program = await start("src/main.ts", { env: { TENANTID: SECRET } });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toMatch(/^Hint: TENANTID .* TENANT_ID meant\?$/m);
    expect(program.output()).toContain("  - TENANT_ID is missing");
  });
});
