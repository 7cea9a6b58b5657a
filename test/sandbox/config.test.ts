import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.js";
import { readSandboxConfig } from "../../src/sandbox/config.js";

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readSandboxConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("readSandboxConfig", () => {
  it("returns port 3002 when the settings are absent or empty", () => {
    expect(readSandboxConfig({})).toEqual({ port: 3002 });
    expect(readSandboxConfig({ SANDBOX_PORT: "", SANDBOX_URL: " " })).toEqual({ port: 3002 });
  });

  it("accepts http on loopback and https anywhere", () => {
    for (const url of ["http://localhost:9", "http://[::1]:9", "https://sandbox.example"]) {
      expect(readSandboxConfig({ SANDBOX_URL: url })).toMatchObject({ publicUrl: url });
    }
  });

  it("refuses http elsewhere, paths, and invalid URLs", () => {
    for (const url of [
      "http://sandbox.example",
      "https://a.example/path",
      "ftp://a.example",
      "x",
    ]) {
      expect(problemsOf({ SANDBOX_URL: url })).toHaveLength(1);
    }
  });

  it("lists every problem at once", () => {
    const env = { NODE_ENV: "production", SANDBOX_PORT: "70000", SANDBOX_URL: "x" };
    expect(problemsOf(env)).toHaveLength(3);
  });
});
