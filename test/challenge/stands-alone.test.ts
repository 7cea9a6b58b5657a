import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { C1, C1_BASE64 } from "./claims-samples.js";

const SOURCE = fileURLToPath(new URL("../../src/challenge", import.meta.url));
const COMPILER = createRequire(import.meta.url).resolve("typescript/bin/tsc");

const PROGRAM = `
import { readApiChallenge } from "./challenge/api-challenge.js";
import { mergeClaimsRequests } from "./challenge/claims-request.js";
import { readTokenRefusal } from "./challenge/token-refusal.js";

const wwwAuthenticate = 'Bearer error="insufficient_claims", claims="${C1_BASE64}"';
const challenge = readApiChallenge({ status: 401, wwwAuthenticate });
const refusal = readTokenRefusal({ status: 400, body: '{"error":"invalid_grant"}', now: 0 });
const asked = challenge.kind === "claims-challenge" ? challenge.claims : undefined;
export const result: string = JSON.stringify([mergeClaimsRequests(asked, undefined), refusal?.handling]);
`;

/** The compiler is slow on a busy machine; nothing is measured. */
const COMPILER_TIMEOUT_MS = 180_000;

describe("src/challenge in an empty folder", { timeout: COMPILER_TIMEOUT_MS }, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "challenge-alone-"));
    cpSync(SOURCE, join(folder, "challenge"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    writeFileSync(join(folder, "program.ts"), PROGRAM);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** What the compiler has to say, if anything. */
  function compile(lib: readonly string[], outDir?: string): string {
    const strict = {
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
    };
    const platform = { target: "es2023", module: "nodenext", types: [], lib, skipLibCheck: true };
    const output = outDir === undefined ? { noEmit: true } : { outDir };
    const settings = { compilerOptions: { ...strict, ...platform, ...output } };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
    return spawnSync(process.execPath, [COMPILER], { cwd: folder, encoding: "utf8" }).stdout;
  }

  it("type-checks beside the types of a browser", () => {
    expect(compile(["es2023", "dom"])).toBe("");
  });

  it("type-checks with the language's own library alone, and runs with no package installed", () => {
    expect(compile(["es2023"], "out")).toBe("");
    const script = 'import("./out/program.js").then(({ result }) => process.stdout.write(result))';
    const settings = { cwd: folder, encoding: "utf8", env: {} } as const;
    const { stdout } = spawnSync(process.execPath, ["--eval", script], settings);
    expect(JSON.parse(stdout)).toEqual([C1, "interactive"]);
  });
});
