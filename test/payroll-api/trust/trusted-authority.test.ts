import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PayrollApiOptions } from "../../../src/payroll-api/create-payroll-api.js";
import type { RunningPayrollApi } from "../../../src/payroll-api/start-payroll-api.js";
import { startAuthority, type TestAuthority } from "../../support/authority.js";
import { PAYSLIPS_TOKEN, startPayrollApiFor } from "../payroll-api-fixture.js";

const DISCOVERY = "/.well-known/openid-configuration";
const KEYS = "/discovery/v2.0/keys";

describe("the authority of the Payroll API", () => {
  let authority: TestAuthority;
  let api: RunningPayrollApi | undefined;
  let now: number;

  beforeAll(async () => {
    authority = await startAuthority();
  });

  beforeEach(() => {
    authority.seen.length = 0;
    authority.misissue.metadata = {};
    authority.misissue.accessToken = {};
    now = Date.now();
  });

  afterEach(async () => {
    await api?.close();
    api = undefined;
  });

  afterAll(() => authority.close());

  async function start(options: Partial<PayrollApiOptions> = {}): Promise<void> {
    api = await startPayrollApiFor(authority, { now: () => now, ...options });
  }

  async function getPayslips(kid?: string): Promise<Response> {
    const deviation = kid === undefined ? {} : { deviation: { header: { kid } } };
    const token = await authority.mintAccessToken({ ...PAYSLIPS_TOKEN, ...deviation });
    return fetch(`${api?.url ?? ""}/payslips`, { headers: { authorization: `Bearer ${token}` } });
  }

  it("is asked once for its metadata and once for its keys", async () => {
    await start();
    expect(authority.seen).toHaveLength(0);
    const answers = await Promise.all(Array.from({ length: 20 }, () => getPayslips()));
    answers.push(await getPayslips());
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(authority.seen.map(({ path }) => path)).toEqual([
      `/${authority.tenantId}/v2.0${DISCOVERY}`,
      `/${authority.tenantId}${KEYS}`,
    ]);
  });

  it("is asked for its keys again when it signs with a new one", async () => {
    await start({ keyCooldownMs: 0 });
    await getPayslips();
    await authority.rotateKey();
    expect((await getPayslips()).status).toBe(200);
    expect(authority.requestsTo(KEYS)).toHaveLength(2);
    expect(authority.requestsTo(DISCOVERY)).toHaveLength(1);
  });

  it("is asked for its keys once a day, and not waited for", async () => {
    let isDown = false;
    await start({
      fetch: (...args) => (isDown ? Promise.reject(new TypeError("fetch failed")) : fetch(...args)),
    });
    await getPayslips();
    now += 25 * 3600 * 1000;
    const iat = Math.floor(now / 1000);
    authority.misissue.accessToken = { iat, nbf: iat, exp: iat + 3600 };
    isDown = true;
    expect((await getPayslips()).status).toBe(200);
    isDown = false;
    now += 10_000;
    expect((await getPayslips()).status).toBe(200);
    await expect.poll(() => authority.requestsTo(KEYS).length).toBe(2);
    expect((await getPayslips()).status).toBe(200);
    expect(authority.requestsTo(KEYS)).toHaveLength(2);
  });

  it("is not asked again and again for keys that it does not have", async () => {
    await start();
    await getPayslips();
    for (const kid of ["a", "b", "c"]) expect((await getPayslips(kid)).status).toBe(401);
    expect(authority.requestsTo(KEYS)).toHaveLength(1);
  });

  it("makes the API answer 503, and not 401, while it is down", async () => {
    await start({ fetch: () => Promise.reject(new TypeError("fetch failed")) });
    const response = await getPayslips();
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(response.headers.get("WWW-Authenticate")).toBeNull();
    expect(await response.json()).toMatchObject({ error: { code: "ERR_AUTHORITY_UNAVAILABLE" } });
  });

  it("is left alone until the Retry-After has passed, then asked again", async () => {
    let isDown = true;
    let asked = 0;
    await start({
      fetch: (...args) => {
        asked += 1;
        return isDown ? Promise.reject(new TypeError("fetch failed")) : fetch(...args);
      },
    });
    const retryAfter = Number((await getPayslips()).headers.get("Retry-After"));
    isDown = false;
    expect((await getPayslips()).status).toBe(503);
    expect(asked).toBe(1);
    now += retryAfter * 1000;
    expect((await getPayslips()).status).toBe(200);
  });

  it("is not needed to tell a caller without a token where to get one", async () => {
    await start({ fetch: () => Promise.reject(new TypeError("fetch failed")) });
    expect((await fetch(`${api?.url ?? ""}/payslips`)).status).toBe(401);
  });

  it("may be configured by a domain and with a slash at its end", async () => {
    await start({ cloudInstance: `${authority.url}/`, tenantId: "contoso.onmicrosoft.com" });
    expect((await getPayslips()).status).toBe(200);
  });

  it("is believed when an external tenant names itself in the issuer's host", async () => {
    const issuer = `https://${authority.tenantId}.ciamlogin.com/${authority.tenantId}/v2.0`;
    authority.misissue.metadata = { issuer };
    authority.misissue.accessToken = { iss: issuer };
    await start();
    expect((await getPayslips()).status).toBe(200);
  });
});
