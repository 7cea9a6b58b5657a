import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.js";
import { readPayrollApiConfig } from "../../src/payroll-api/config.js";

const GOOD = { PAYROLL_API_AUDIENCE: "api://payroll", TENANT_ID: "contoso.onmicrosoft.com" };

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readPayrollApiConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("readPayrollApiConfig", () => {
  it("fills in what is not set", () => {
    expect(readPayrollApiConfig({ ...GOOD, PAYROLL_API_PORT: "", LOG_LEVEL: " " })).toEqual({
      port: 3001,
      cloudInstance: "https://login.microsoftonline.com",
      tenantId: "contoso.onmicrosoft.com",
      audience: ["api://payroll"],
      logLevel: "info",
    });
  });

  it("accepts a cloud instance with or without a slash at its end", () => {
    for (const CLOUD_INSTANCE of [
      "https://login.microsoftonline.us",
      "https://login.microsoftonline.us/",
    ]) {
      const { cloudInstance } = readPayrollApiConfig({ ...GOOD, CLOUD_INSTANCE });
      expect(cloudInstance).toBe("https://login.microsoftonline.us");
    }
  });

  it("accepts several audiences", () => {
    const PAYROLL_API_AUDIENCE = "api://payroll, 0f3a1c5e-6c58-4a5f-9a55-7f0a3c1d2b4e";
    expect(readPayrollApiConfig({ ...GOOD, PAYROLL_API_AUDIENCE }).audience).toEqual([
      "api://payroll",
      "0f3a1c5e-6c58-4a5f-9a55-7f0a3c1d2b4e",
    ]);
  });

  it("reads GUIDs and domains in lower case", () => {
    const guid = "0F3A1C5E-6C58-4A5F-9A55-7F0A3C1D2B4E";
    const env = {
      TENANT_ID: "Contoso.OnMicrosoft.com",
      PAYROLL_API_AUDIENCE: `${guid},api://${guid},api://${guid}/v1,api://Payroll`,
    };
    const lower = guid.toLowerCase();
    expect(readPayrollApiConfig(env)).toMatchObject({
      tenantId: "contoso.onmicrosoft.com",
      audience: [lower, `api://${lower}`, `api://${lower}/v1`, "api://Payroll"],
    });
  });

  it("accepts http on loopback only", () => {
    expect(problemsOf({ ...GOOD, CLOUD_INSTANCE: "http://127.0.0.1:3002" })).toEqual([]);
    expect(problemsOf({ ...GOOD, CLOUD_INSTANCE: "http://localhost:3002/" })).toEqual([]);
    expect(problemsOf({ ...GOOD, CLOUD_INSTANCE: "http://[::1]:3002" })).toEqual([]);
    expect(problemsOf({ ...GOOD, CLOUD_INSTANCE: "http://localhost.evil.example" })).toHaveLength(
      1,
    );
  });

  it.each([
    ["PAYROLL_API_PORT", "http"],
    ["PAYROLL_API_PORT", "65536"],
    ["PAYROLL_API_PORT", "-1"],
    ["PAYROLL_API_PORT", "3001.5"],
    ["CLOUD_INSTANCE", "login.microsoftonline.com"],
    ["CLOUD_INSTANCE", "https://login.microsoftonline.com/common"],
    ["CLOUD_INSTANCE", "https://user:secret@login.microsoftonline.com"],
    ["CLOUD_INSTANCE", "javascript:alert(1)"],
    ["TENANT_ID", "common"],
    ["TENANT_ID", "Organizations"],
    ["TENANT_ID", "../other"],
    ["TENANT_ID", undefined],
    ["PAYROLL_API_AUDIENCE", undefined],
    ["PAYROLL_API_AUDIENCE", "api://payroll,"],
    ["PAYROLL_API_AUDIENCE", "two words"],
    ["LOG_LEVEL", "loud"],
  ])("reports %s when it is %s, and does not echo it", (name, value) => {
    const problems = problemsOf({ ...GOOD, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
    expect(problems[0]).not.toContain("secret");
  });

  it("reports all problems at once", () => {
    const env = { PAYROLL_API_PORT: "x", CLOUD_INSTANCE: "x", LOG_LEVEL: "x" };
    expect(problemsOf(env)).toHaveLength(5);
  });
});
