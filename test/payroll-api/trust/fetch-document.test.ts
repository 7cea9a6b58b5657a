import { decodeProtectedHeader } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PayrollApiOptions } from "../../../src/payroll-api/create-payroll-api.js";
import type { RunningPayrollApi } from "../../../src/payroll-api/start-payroll-api.js";
import { startAuthority, type TestAuthority } from "../../support/authority.js";
import { startScriptedApi } from "../../support/scripted-api.js";
import { PAYSLIPS_TOKEN, startPayrollApiFor } from "../payroll-api-fixture.js";

const DISCOVERY = "/.well-known/openid-configuration";
const KEYS = "/discovery/v2.0/keys";

describe("an authority that is not the configured one, or is broken", () => {
  let authority: TestAuthority;
  let api: RunningPayrollApi | undefined;

  beforeAll(async () => {
    authority = await startAuthority();
  });

  beforeEach(() => {
    authority.seen.length = 0;
    authority.misissue.metadata = {};
    authority.misissue.accessToken = {};
  });

  afterEach(async () => {
    await api?.close();
    api = undefined;
  });

  afterAll(() => authority.close());

  async function start(options: Partial<PayrollApiOptions> = {}): Promise<void> {
    api = await startPayrollApiFor(authority, options);
  }

  async function getPayslips(): Promise<Response> {
    const token = await authority.mintAccessToken(PAYSLIPS_TOKEN);
    return fetch(`${api?.url ?? ""}/payslips`, { headers: { authorization: `Bearer ${token}` } });
  }

  const other = "72f988bf-86f1-41af-91ab-2d7cd011db47";
  it.each([
    ["another host", (origin: string, tenant: string) => `${origin}.evil.example/${tenant}/v2.0`],
    ["another tenant", (origin: string) => `${origin}/${other}/v2.0`],
    ["any tenant", (origin: string) => `${origin}/{tenantid}/v2.0`],
    ["version 1.0", (_origin: string, tenant: string) => `https://sts.windows.net/${tenant}/`],
    [
      "another external tenant",
      (_origin: string, tenant: string) => {
        return `https://${other}.ciamlogin.com/${tenant}/v2.0`;
      },
    ],
  ])("is not believed when its issuer is that of %s", async (_what, makeIssuer) => {
    const issuer = makeIssuer(authority.url, authority.tenantId);
    authority.misissue.metadata = { issuer };
    authority.misissue.accessToken = { iss: issuer };
    await start();
    expect((await getPayslips()).status).toBe(503);
    expect(authority.requestsTo(KEYS)).toHaveLength(0);
  });

  it("is not believed when its keys are on another host, which is not asked", async () => {
    const attacker = await startScriptedApi();
    authority.misissue.metadata = { jwks_uri: `${attacker.url}/keys` };
    await start();
    expect((await getPayslips()).status).toBe(503);
    expect(attacker.seen).toHaveLength(0);
    await attacker.close();
  });

  it.each([
    ["fails", { status: 500, body: {} }],
    ["sends HTML", { status: 200, body: "<!doctype html>" }],
    ["sends nothing", { status: 200 }],
    ["sends null", { status: 200, body: "null" }],
  ])("makes the API answer 503 when it %s", async (_what, answer) => {
    const broken = await startScriptedApi(() => answer);
    await start({ cloudInstance: broken.url });
    expect((await getPayslips()).status).toBe(503);
    expect(broken.seen).toHaveLength(1);
    await broken.close();
  });

  it("is not believed when its metadata are too large, though they would fit", async () => {
    authority.misissue.metadata = { padding: " ".repeat(300_000) };
    await start();
    expect((await getPayslips()).status).toBe(503);
    expect(authority.requestsTo(KEYS)).toHaveLength(0);
  });

  it("is not followed when it redirects, even to the right metadata", async () => {
    const redirecting = await startScriptedApi(({ path }) => ({
      status: 307,
      headers: { location: `${authority.url}${path}` },
    }));
    authority.misissue.metadata = { issuer: `${redirecting.url}/${authority.tenantId}/v2.0` };
    await start({ cloudInstance: redirecting.url });
    expect((await getPayslips()).status).toBe(503);
    expect(authority.seen).toHaveLength(0);
    await redirecting.close();
  });

  it.each([
    ["is no key set", () => ({ status: 200, body: { keys: "none" } })],
    ["cannot be used", (kid: unknown) => ({ status: 200, body: { keys: [{ kty: "RSA", kid }] } })],
    ["does not come", () => ({ status: 500 })],
  ])("makes the API answer 503 when its key set %s", async (_what, answer) => {
    const { kid } = decodeProtectedHeader(await authority.mintAccessToken(PAYSLIPS_TOKEN));
    const broken = await startScriptedApi((request) => {
      if (!request.path.endsWith(DISCOVERY)) return answer(kid);
      const issuer = `${broken.url}/${authority.tenantId}/v2.0`;
      return { status: 200, body: { issuer, jwks_uri: `${broken.url}/keys` } };
    });
    await start({ cloudInstance: broken.url });
    expect((await getPayslips()).status).toBe(503);
    expect(broken.seen).toHaveLength(2);
    await broken.close();
  });
});
