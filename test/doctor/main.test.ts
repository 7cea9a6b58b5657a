import { describe, expect, it } from "vitest";
import { z } from "zod";
import { startProgram } from "../support/child-program.js";
import { startConnectProxy } from "../support/connect-proxy.js";
import { LIFETIME_DAYS, makeSelfSigned } from "../support/self-signed.js";
import { setUpForAll } from "../support/set-up.js";
import { startTlsTenant, type TlsTenant } from "../support/tls-tenant.js";
import { RANDOM_SECRET } from "./examine.js";

const DOCTOR = ["--import", "tsx", "src/doctor/main.ts"];
const DAY_MS = 86_400_000;

/** Each test starts processes, which are slow on a busy machine; nothing is measured. */
const TIMEOUT_MS = 120_000;

const reportSchema = z.strictObject({
  ok: z.boolean(),
  findings: z.array(
    z.strictObject({
      check: z.string(),
      level: z.enum(["ok", "warning", "wrong"]),
      text: z.string(),
      cure: z.string().optional(),
    }),
  ),
});

async function runDoctor(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const program = startProgram([...DOCTOR, ...args], env);
  return { code: await program.ended(), output: program.output() };
}

/** Returns the settings for a tenant whose APIs accept no token. */
async function settingsOf(tenant: TlsTenant): Promise<Readonly<Record<string, string>>> {
  tenant.graph.answer = tenant.payroll.answer = () => {
    return { status: 401, headers: { "www-authenticate": "Bearer" } };
  };
  return { ...(await tenant.describeWebApp()).env, SESSION_SECRET: RANDOM_SECRET };
}

describe("npm run doctor", { timeout: TIMEOUT_MS }, () => {
  const tenant = setUpForAll(() => startTlsTenant());

  async function settings(): Promise<Readonly<Record<string, string>>> {
    return settingsOf(tenant);
  }

  it("ends with 0 when nothing is wrong, over TLS, and says until when certificates are valid", async () => {
    const { code, output } = await runDoctor(await settings());
    expect(output).not.toContain("WRONG");
    expect(code).toBe(0);
    const day = new Date(Date.now() + LIFETIME_DAYS * DAY_MS).toISOString().slice(0, 10);
    expect(output).toContain(new URL(tenant.authority.url).host);
    expect(output).toContain(day);
  });

  it("goes through the proxy, for certificates too", async () => {
    const proxy = await startConnectProxy();
    const { code, output } = await runDoctor({ ...(await settings()), HTTPS_PROXY: proxy.url });
    await proxy.close();
    expect(output).not.toContain("WRONG");
    expect(code).toBe(0);
    for (const { url } of [tenant.authority, tenant.graph, tenant.payroll]) {
      const tunnels = proxy.asked.filter((each) => each === new URL(url).host);
      expect(tunnels.length).toBeGreaterThan(1);
    }
  });

  it("ends with 1 when something is wrong, says what to do, and prints no secret", async () => {
    const secrets = { CLIENT_SECRET: "hunter2hunter2", SESSION_SECRET: "swordfish".repeat(4) };
    const { code, output } = await runDoctor({ ...(await settings()), ...secrets });
    expect(code).toBe(1);
    expect(output).toContain("AADSTS7000215");
    expect(output).toContain("randomBytes");
    expect(output).toContain("2 wrong");
    expect(output).not.toMatch(/hunter2|swordfish/);
  });

  it("prints JSON for programs", async () => {
    const { code, output } = await runDoctor(
      { ...(await settings()), CLIENT_SECRET: "hunter2hunter2" },
      ["--json"],
    );
    const report = reportSchema.parse(JSON.parse(output));
    expect(code).toBe(1);
    expect(report.ok).toBe(false);
    const wrong = report.findings.filter(({ level }) => level === "wrong");
    expect(wrong.map(({ check }) => check)).toEqual(["client"]);
  });

  it("warns of certificates that end soon, and ends with 0", async () => {
    const soon = makeSelfSigned("ec", Date.now() - (LIFETIME_DAYS - 5) * DAY_MS);
    const other = await startTlsTenant(soon);
    const { code, output } = await runDoctor(await settingsOf(other), ["--json"]);
    await other.close();
    const { findings } = reportSchema.parse(JSON.parse(output));
    const problems = findings.filter(({ level }) => level !== "ok");
    expect(problems.map(({ check, level }) => `${level} ${check}`)).toEqual([
      "warning TLS",
      "warning TLS",
      "warning TLS",
    ]);
    expect(code).toBe(0);
  });

  it("reports all settings that are missing, in JSON too", async () => {
    const { code, output } = await runDoctor({ TENANT_ID: "common" }, ["--json"]);
    expect(code).toBe(1);
    const { findings } = reportSchema.parse(JSON.parse(output));
    expect(findings.length).toBeGreaterThan(2);
    expect(findings.every(({ level, cure }) => level === "wrong" && cure !== undefined)).toBe(true);
  });

  it("has nothing to check without a tenant", async () => {
    const { code, output } = await runDoctor({});
    expect(code).toBe(0);
    expect(output).toContain("sandbox");
  });

  it("names its options when it gets another one", async () => {
    const { code, output } = await runDoctor({}, ["--yaml"]);
    expect(code).toBe(1);
    expect(output).toContain("--json");
  });
});
