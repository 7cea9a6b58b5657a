import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const MAIN = resolve("src/payroll-api/main.ts");
const TSX = resolve("node_modules/tsx/dist/cli.mjs");

const GOOD = { PAYROLL_API_AUDIENCE: "api://payroll", TENANT_ID: "contoso.onmicrosoft.com" };

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("npm run payroll-api", () => {
  let folder: string;
  let running: ChildProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "payroll-api-"));
  });

  afterEach(async () => {
    running?.kill("SIGKILL");
    running = undefined;
    await rm(folder, { recursive: true });
  });

  function start(env: Record<string, string>): Promise<Ended> {
    const path = { PATH: process.env["PATH"] ?? "" };
    const child = spawn(process.execPath, [TSX, MAIN], { cwd: folder, env: { ...path, ...env } });
    running = child;
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    return once(child, "close").then(([code]) => ({ code: code as number | null, ...output }));
  }

  /** The address that the running process says it has. */
  async function addressOf(child: ChildProcess | undefined): Promise<string> {
    for await (const chunk of child?.stdout ?? []) {
      const url = /http:\/\/localhost:\d+/.exec(String(chunk))?.[0];
      if (url !== undefined) return url;
    }
    throw new Error("It ended without an address");
  }

  it.each(["SIGINT", "SIGTERM"] as const)("ends with code 0 on %s", async (signal) => {
    await writeFile(join(folder, ".env"), "PAYROLL_API_AUDIENCE=api://payroll\n");
    const ended = start({ TENANT_ID: GOOD.TENANT_ID, PAYROLL_API_PORT: "0" });
    expect((await fetch(`${await addressOf(running)}/payslips`)).status).toBe(401);
    running?.kill(signal);
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("names every setting that is wrong, in one message without a stack", async () => {
    const { code, stderr } = await start({ LOG_LEVEL: "loud" });
    expect(code).toBe(1);
    for (const name of ["PAYROLL_API_AUDIENCE", "TENANT_ID", "LOG_LEVEL"]) {
      expect(stderr).toContain(name);
    }
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("names the setting when the port is in use", async () => {
    const other = createServer().listen(0, "localhost");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await start({ ...GOOD, PAYROLL_API_PORT: String(port) });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain("PAYROLL_API_PORT");
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
