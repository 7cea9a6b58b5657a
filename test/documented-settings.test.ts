import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describe, expect, it } from "vitest";
import { readConfig } from "../src/config/config.js";
import { SETTING_NAMES } from "../src/config/settings-schema.js";
import { ALL_SETTING_NAMES } from "../src/config/setting-names.js";
import { ConfigError } from "../src/errors.js";
import { readPayrollApiConfig } from "../src/payroll-api/config.js";
import { readSandboxConfig } from "../src/sandbox/config.js";
import { SESSION_SECRET } from "./support/session-secret.js";

const EXAMPLE = readFileSync(".env.example", "utf8");
const README = readFileSync("README.md", "utf8");

/** The settings of `.env.example`, commented out or not, with what they are shown with. */
const EXAMPLES = new Map(
  [...EXAMPLE.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = "", value = ""]) => [
    name,
    value,
  ]),
);

/** The examples that show a default. */
const DEFAULTS = Object.fromEntries([...EXAMPLES].filter(([, value]) => value !== ""));

/** The settings without a default that the web app requires. */
const NEEDED = { TENANT_ID: "t", CLIENT_ID: "c", CLIENT_SECRET: "s", SESSION_SECRET };

/** Names in the first column of the table under "Settings". */
function namesInReadme(): string[] {
  const section = README.split(/^## /m).find((each) => each.startsWith("Settings\n")) ?? "";
  const cells = section.split("\n").map((line) => /^\|([^|]*)\|/.exec(line)?.[1] ?? "");
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([A-Z0-9_]+)`/g)].map(([, name = ""]) => name),
  );
}

/** Names that look like settings in a file that reads them, of which a wrong value is refused. */
function namesReadBy(file: string, read: (env: Record<string, string>) => unknown): string[] {
  const words = readFileSync(file, "utf8").match(/\b[A-Z]{2,}(?:_[A-Z]+)+\b/g) ?? [];
  return [...new Set(words)].filter((name) => {
    try {
      read({ ...NEEDED, PAYROLL_API_AUDIENCE: "a", [name]: '"\\' });
      return false;
    } catch (error) {
      return error instanceof ConfigError && error.problems.some((each) => each.startsWith(name));
    }
  });
}

describe("the documented settings", () => {
  const read = new Set([
    ...SETTING_NAMES,
    ...namesReadBy("src/payroll-api/config.ts", readPayrollApiConfig),
    ...namesReadBy("src/sandbox/config.ts", readSandboxConfig),
  ]);

  it("are those that the three readers know, when the readers are asked", () => {
    expect(read).toContain("PAYROLL_API_AUDIENCE");
    expect(read).toContain("SANDBOX_URL");
    expect(new Set(EXAMPLES.keys())).toEqual(read);
    expect(new Set(namesInReadme())).toEqual(read);
    expect(new Set(ALL_SETTING_NAMES)).toEqual(read);
  });

  it("are documented once each", () => {
    expect(namesInReadme()).toHaveLength(read.size);
    expect(EXAMPLE.match(/^#?[A-Z][A-Z0-9_]*=/gm)).toHaveLength(read.size);
  });
});

describe(".env.example", () => {
  it("sets nothing when it is copied, so that npm start runs the sandbox", () => {
    const copied = parseEnv(EXAMPLE);
    expect(copied.TENANT_ID ?? "").toBe("");
    expect(readSandboxConfig(copied)).toEqual(readSandboxConfig({}));
  });

  it("shows for each setting the default that its reader has", () => {
    expect(readConfig({ ...NEEDED, ...DEFAULTS })).toEqual(readConfig(NEEDED));
    const { CLOUD_INSTANCE, LOG_LEVEL, PAYROLL_API_PORT, SANDBOX_PORT, SANDBOX_URL } = DEFAULTS;
    const shown = { CLOUD_INSTANCE, LOG_LEVEL, PAYROLL_API_PORT };
    const payroll = { TENANT_ID: "t", PAYROLL_API_AUDIENCE: "a" };
    expect(readPayrollApiConfig({ ...payroll, ...shown })).toEqual(readPayrollApiConfig(payroll));
    expect(readSandboxConfig({ SANDBOX_PORT })).toEqual(readSandboxConfig({}));
    expect(SANDBOX_URL).toBe(`http://127.0.0.1:${readSandboxConfig({}).port}`);
  });

  it("shows no value for a setting that has no default", () => {
    for (const name of [...Object.keys(NEEDED), "PAYROLL_API_AUDIENCE", "PAYROLL_API_URL"]) {
      expect(EXAMPLES.get(name)).toBe("");
    }
  });

  it("says above each setting, or pair of settings, what it is", () => {
    const lines = EXAMPLE.split("\n");
    const settings = [...lines.keys()].filter((at) => /^#?[A-Z0-9_]+=/.test(lines[at] ?? ""));
    for (const at of settings)
      expect(lines[at - 1]).toMatch(/^# .+[.;:,]$|^#CLIENT_CERTIFICATE_PATH=/);
  });
});
