import { decodeProtectedHeader } from "jose";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readPayrollApiConfig } from "../../../src/payroll-api/config.js";
import { createCollectedLog } from "../../support/collected-log.js";
import { startScriptedApi } from "../../support/scripted-api.js";
import { PAYSLIPS_TOKEN } from "../payroll-api-fixture.js";
import {
  type AuthorityFixture,
  DISCOVERY,
  KEYS,
  startAuthorityFixture,
} from "./authority-fixture.js";

describe("the authority of the Payroll API", () => {
  let fixture: AuthorityFixture;

  beforeAll(async () => {
    fixture = await startAuthorityFixture();
    return fixture.close;
  });

  beforeEach(() => fixture.reset());

  it("is asked once for its metadata and once for its keys", async () => {
    await fixture.start();
    expect(fixture.authority.seen).toHaveLength(0);
    const responses = await Promise.all(Array.from({ length: 20 }, () => fixture.getPayslips()));
    responses.push(await fixture.getPayslips());
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(fixture.authority.seen.map(({ path }) => path)).toEqual([
      `/${fixture.authority.tenantId}/v2.0${DISCOVERY}`,
      `/${fixture.authority.tenantId}${KEYS}`,
    ]);
  });

  it("is asked for its keys again when it signs with a new one", async () => {
    await fixture.start({ keyCooldownMs: 0 });
    await fixture.getPayslips();
    await fixture.authority.rotateKey();
    expect((await fixture.getPayslips()).status).toBe(200);
    expect(fixture.authority.requestsTo(KEYS)).toHaveLength(2);
    expect(fixture.authority.requestsTo(DISCOVERY)).toHaveLength(1);
  });

  it("is asked for its keys once a day, and not waited for", async () => {
    let isDown = false;
    await fixture.start({
      fetch: (...args) => (isDown ? Promise.reject(new TypeError("fetch failed")) : fetch(...args)),
    });
    await fixture.getPayslips();
    fixture.clock.now += 25 * 3600 * 1000;
    const iat = Math.floor(fixture.clock.now / 1000);
    fixture.authority.misissue.accessToken = { iat, nbf: iat, exp: iat + 3600 };
    isDown = true;
    expect((await fixture.getPayslips()).status).toBe(200);
    isDown = false;
    fixture.clock.now += 10_000;
    expect((await fixture.getPayslips()).status).toBe(200);
    await expect.poll(() => fixture.authority.requestsTo(KEYS).length).toBe(2);
    expect((await fixture.getPayslips()).status).toBe(200);
    expect(fixture.authority.requestsTo(KEYS)).toHaveLength(2);
  });

  it("is not asked again and again for keys that it does not have", async () => {
    await fixture.start();
    await fixture.getPayslips();
    for (const kid of ["a", "b", "c"]) expect((await fixture.getPayslips(kid)).status).toBe(401);
    expect(fixture.authority.requestsTo(KEYS)).toHaveLength(1);
  });

  it("is not needed to tell a caller without a token where to get one", async () => {
    const url = await fixture.start({
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    expect((await fetch(`${url}/payslips`)).status).toBe(401);
  });

  it("may be configured by a domain and with a slash at its end", async () => {
    await fixture.start({
      cloudInstance: `${fixture.authority.url}/`,
      tenantId: "contoso.onmicrosoft.com",
    });
    expect((await fixture.getPayslips()).status).toBe(200);
  });

  it("is believed when an external tenant names itself in the issuer's host", async () => {
    const { tenantId } = fixture.authority;
    const issuer = `https://${tenantId}.ciamlogin.com/${tenantId}/v2.0`;
    fixture.authority.misissue.metadata = { issuer };
    fixture.authority.misissue.accessToken = { iss: issuer };
    await fixture.start();
    expect((await fixture.getPayslips()).status).toBe(200);
  });

  it.each([
    ["an id", "0F3A1C5E-6C58-4a5f-9a55-7f0a3c1d2b4e", "0f3a1c5e-6c58-4a5f-9a55-7f0a3c1d2b4e"],
    [
      "the second of two",
      "api://payroll, api://0f3a1c5e-6c58-4a5f-9a55-7f0a3c1d2b4e",
      "0f3a1c5e-6c58-4a5f-9a55-7f0a3c1d2b4e",
    ],
    [
      "an id after a URI with another one",
      "api://72f988bf-86f1-41af-91ab-2d7cd011db47/x, 0f3a1c5e-6c58-4a5f-9a55-7f0a3c1d2b4e",
      "0f3a1c5e-6c58-4a5f-9a55-7f0a3c1d2b4e",
    ],
    ["a name", "api://payroll", undefined],
  ])("is asked for the API's own keys when its audience is %s", async (_what, text, appId) => {
    const { tenantId } = fixture.authority;
    const env = { TENANT_ID: tenantId.toUpperCase(), PAYROLL_API_AUDIENCE: text };
    const { audience } = readPayrollApiConfig(env);
    fixture.authority.ownKeysOf = appId;
    fixture.authority.misissue.accessToken = { aud: audience.at(-1) };
    await fixture.start({ audience, tenantId: readPayrollApiConfig(env).tenantId });
    expect((await fixture.getPayslips()).status).toBe(200);
    const asked = [DISCOVERY, KEYS].flatMap((end) => fixture.authority.requestsTo(end));
    expect(asked.map(({ params }) => params.appid)).toEqual([appId, appId]);
  });

  it.each([
    ["login.chinacloudapi.cn", "login.partner.microsoftonline.cn", 200],
    ["login.microsoftonline.us", "login.usgovcloudapi.net", 200],
    ["login.microsoftonline.com", "sts.windows.net", 200],
    ["login.contoso.example", "login.microsoftonline.com", 200],
    ["login.microsoftonline.com", "login.partner.microsoftonline.cn", 503],
    ["login.chinacloudapi.cn", "login.microsoftonline.com", 503],
    ["login.contoso.example", "login.evil.example", 503],
  ])("is configured as %s and names itself %s: %i", async (configured, named, status) => {
    const { url, tenantId, misissue } = fixture.authority;
    const issuer = `https://${named}/${tenantId}/v2.0`;
    misissue.metadata = { issuer, jwks_uri: `https://${named}/${tenantId}${KEYS}` };
    misissue.accessToken = { iss: issuer };
    const asked: string[] = [];
    const { log, lines } = createCollectedLog("debug");
    await fixture.start({
      cloudInstance: `https://${configured}`,
      log,
      fetch: (input, init) => {
        const { host, pathname, search } = new URL(input instanceof Request ? input.url : input);
        asked.push(host);
        return fetch(url + pathname + search, init);
      },
    });
    expect((await fixture.getPayslips()).status).toBe(status);
    expect(asked).toEqual(status === 200 ? [configured, named] : [configured]);
    const isCloud = status !== 200 && named.includes("microsoft");
    expect(lines.join("").includes(`CLOUD_INSTANCE=https://${named}`)).toBe(isCloud);
  });

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
    const issuer = makeIssuer(fixture.authority.url, fixture.authority.tenantId);
    fixture.authority.misissue.metadata = { issuer };
    fixture.authority.misissue.accessToken = { iss: issuer };
    await fixture.start();
    expect((await fixture.getPayslips()).status).toBe(503);
    expect(fixture.authority.requestsTo(KEYS)).toHaveLength(0);
  });

  it("is not believed when its keys are on another host, which is not asked", async () => {
    const attacker = await startScriptedApi();
    fixture.authority.misissue.metadata = { jwks_uri: `${attacker.url}/keys` };
    await fixture.start();
    expect((await fixture.getPayslips()).status).toBe(503);
    expect(attacker.seen).toHaveLength(0);
    await attacker.close();
  });

  it.each([
    ["is no key set", () => ({ status: 200, body: { keys: "none" } })],
    ["cannot be used", (kid: unknown) => ({ status: 200, body: { keys: [{ kty: "RSA", kid }] } })],
    ["does not come", () => ({ status: 500 })],
  ])("makes the API respond with 503 when its key set %s", async (_what, answer) => {
    const { kid } = decodeProtectedHeader(await fixture.authority.mintAccessToken(PAYSLIPS_TOKEN));
    const broken = await startScriptedApi((request) => {
      if (!request.path.endsWith(DISCOVERY)) return answer(kid);
      const issuer = `${broken.url}/${fixture.authority.tenantId}/v2.0`;
      return { status: 200, body: { issuer, jwks_uri: `${broken.url}/keys` } };
    });
    await fixture.start({ cloudInstance: broken.url });
    expect((await fixture.getPayslips()).status).toBe(503);
    expect(broken.seen).toHaveLength(2);
    await broken.close();
  });
});
