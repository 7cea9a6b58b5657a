import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { checkConfig } from "../../src/doctor/checks.js";
import { tokenError } from "../support/authority-grants.js";
import { startAuthority, type TestAuthority } from "../support/authority.js";
import { type ScriptedApi, startScriptedApi } from "../support/scripted-api.js";
import { makeSelfSigned } from "../support/self-signed.js";
import { SESSION_SECRET } from "../support/session-secret.js";

const SECRET = "the right client secret";

describe("checkConfig", () => {
  let authority: TestAuthority;
  let api: ScriptedApi;

  beforeAll(async () => {
    authority = await startAuthority({ clientSecret: SECRET });
    api = await startScriptedApi(() => ({ status: 401 }));
  });

  afterAll(async () => {
    await Promise.all([authority.close(), api.close()]);
  });

  async function check(settings: Readonly<Record<string, string>> = {}) {
    const config = readConfig({
      CLOUD_INSTANCE: authority.url,
      TENANT_ID: authority.tenantId,
      CLIENT_ID: "5f0f1b6e-7c1e-4f0e-9d53-0c8b6b2d7a11",
      CLIENT_SECRET: SECRET,
      SESSION_SECRET,
      GRAPH_API_ENDPOINT: api.url,
      ...settings,
    });
    return checkConfig(config);
  }

  it("finds nothing wrong when all fits", async () => {
    const findings = await check({ PAYROLL_API_URL: api.url, PAYROLL_API_SCOPES: "api://p/Read" });
    expect(findings.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });

  it("names the client when its secret is wrong, without the secret", async () => {
    const wrong = (await check({ CLIENT_SECRET: "hunter2" })).filter(({ ok }) => !ok);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]?.text).toContain("CLIENT_ID or its credential");
    expect(wrong[0]?.text).toContain("AADSTS7000215");
    expect(wrong[0]?.text).not.toContain("hunter2");
  });

  it("names the tenant when the issuer is another one", async () => {
    const wrong = await check({ TENANT_ID: "00000000-0000-4000-8000-000000000000" });
    expect(wrong[0]).toMatchObject({ ok: false });
    expect(wrong[0]?.text).toContain("TENANT_ID");
  });

  it("tells a tenant that is not known, with the status and the AADSTS number", async () => {
    authority.metadataAnswer = tokenError(90002, "invalid_tenant");
    const [wrong] = await check();
    authority.metadataAnswer = { status: 500, body: "" };
    const [broken] = await check();
    authority.metadataAnswer = undefined;
    expect(wrong).toMatchObject({ ok: false });
    for (const part of ["TENANT_ID", "400", "AADSTS90002", `${authority.url}/`]) {
      expect(wrong?.text).toContain(part);
    }
    expect(wrong?.text).not.toContain("Refused by");
    expect(broken?.text).toContain(`${authority.url}/`);
    expect(broken?.text).toContain("status 500");
  });

  it.each([
    ["refuses connections", undefined, "ECONNREFUSED"],
    ["has a certificate that does not verify", makeSelfSigned(), "SELF_SIGNED"],
  ])("says where and why when the authority %s", async (_what, tls, reason) => {
    const other = await startAuthority(tls === undefined ? {} : { tls });
    if (tls === undefined) await other.close();
    const [wrong] = await check({ CLOUD_INSTANCE: other.url, TENANT_ID: other.tenantId });
    await other.close();
    expect(wrong?.text).toContain(`${other.url}/`);
    expect(wrong?.text).toContain(reason);
  });

  it("names the API that does not protect itself or does not answer", async () => {
    api.nextAnswers.push({ status: 200 });
    const open = (await check()).filter(({ ok }) => !ok);
    expect(open.map(({ text }) => text)).toEqual([expect.stringContaining("GRAPH_API_ENDPOINT")]);
    const gone = await startScriptedApi();
    await gone.close();
    const dead = (await check({ GRAPH_API_ENDPOINT: gone.url })).filter(({ ok }) => !ok);
    expect(dead.map(({ text }) => text)).toEqual([expect.stringContaining("GRAPH_API_ENDPOINT")]);
    expect(dead[0]?.text).toContain(`${gone.url}/v1.0/me`);
  });
});
