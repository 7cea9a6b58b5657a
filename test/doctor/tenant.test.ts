import { describe, expect, it } from "vitest";
import { tokenError } from "../support/authority-grants.js";
import { startAuthority } from "../support/authority.js";
import { startScriptedApi } from "../support/scripted-api.js";
import { makeSelfSigned } from "../support/self-signed.js";
import { setUpForAll } from "../support/set-up.js";
import { settingsFor, TEST_CLIENT } from "../support/web-app.js";
import { briefly, problemsOf, RANDOM_SECRET } from "./examine.js";

const UNAUTHORIZED = { status: 401, headers: { "www-authenticate": 'Bearer realm=""' } };

describe("the doctor at a tenant", () => {
  const authority = setUpForAll(() => startAuthority({ clientSecret: TEST_CLIENT.clientSecret }));
  const api = setUpForAll(() => startScriptedApi(() => UNAUTHORIZED));

  async function check(settings: Readonly<Record<string, string>> = {}, now?: () => number) {
    const surroundings = {
      authority,
      graphUrl: api.url,
      payrollUrl: api.url,
      payrollScopes: ["p"],
    };
    const complete = settingsFor(surroundings);
    return problemsOf({ ...complete, SESSION_SECRET: RANDOM_SECRET, ...settings }, now);
  }

  it("finds nothing wrong when all fits", async () => {
    expect(await check()).toEqual([]);
  });

  it("names the tenant when the issuer is another one", async () => {
    const found = await check({ TENANT_ID: "00000000-0000-4000-8000-000000000000" });
    expect(briefly(found)).toEqual(["wrong Entra ID"]);
    expect(found[0]?.text).toContain("TENANT_ID");
  });

  it("tells a tenant that is not known, with the status and the AADSTS number", async () => {
    authority.metadataAnswer = tokenError(90002, "invalid_tenant");
    const [wrong] = await check();
    authority.metadataAnswer = { status: 500, body: "" };
    const [broken] = await check();
    authority.metadataAnswer = undefined;
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
    const [wrong, ...rest] = await check({ CLOUD_INSTANCE: other.url, TENANT_ID: other.tenantId });
    await other.close();
    expect(wrong?.text).toContain(`${other.url}/`);
    expect(wrong?.text).toContain(reason);
    expect(wrong?.cure).toBeDefined();
    expect(briefly(rest)).toEqual(tls === undefined ? [] : ["wrong TLS"]);
  });

  it.each([
    [7000215, "invalid_client", "not its id"],
    [7000222, "invalid_client", "expired"],
    [700016, "unauthorized_client", "CLIENT_ID"],
    [700027, "invalid_client", "certificate"],
    [700213, "invalid_request", "federated credential"],
  ])("has a cure for AADSTS%s", async (aadsts, error, cure) => {
    authority.nextTokenAnswers.push(tokenError(aadsts, error));
    const found = await check();
    expect(briefly(found)).toEqual(["wrong client"]);
    expect(found[0]?.text).toContain(`AADSTS${aadsts}`);
    expect(found[0]?.cure).toContain(cure);
  });

  it("takes a refusal for another reason as proof that the client is accepted", async () => {
    authority.nextTokenAnswers.push(tokenError(53003, "access_denied"));
    expect(await check()).toEqual([]);
  });

  it("says that the token endpoint is unavailable, and does not blame the client", async () => {
    authority.nextTokenAnswers.push({ status: 503, body: "" });
    const found = await check();
    expect(briefly(found)).toEqual(["wrong client"]);
    expect(found[0]?.text).toContain("503");
    expect(found[0]?.text).not.toContain("CLIENT_ID");
  });

  it.each([
    [600, "wrong clock", "ahead of"],
    [-600, "wrong clock", "behind"],
    [120, "warning clock", "ahead of"],
  ])("finds a clock that is %s s off", async (seconds, expected, direction) => {
    const found = await check({}, () => Date.now() + seconds * 1000);
    expect(briefly(found)).toEqual([expected]);
    expect(found[0]?.text).toContain(direction);
    expect(Number(/\d+/.exec(found[0]?.text ?? "")?.[0])).toBeCloseTo(Math.abs(seconds), -1);
  });

  it("names the API that accepts an invalid token", async () => {
    api.nextAnswers.push({ status: 200 }, { status: 200 });
    const found = await check();
    expect(briefly(found)).toEqual(["wrong Microsoft Graph", "wrong Payroll API"]);
    expect(found[0]?.text).toContain("GRAPH_API_ENDPOINT");
    expect(found[1]?.text).toContain("PAYROLL_API_URL");
  });

  it("warns of a 401 without a Bearer challenge", async () => {
    api.answer = () => ({ status: 401 });
    const found = await check();
    api.answer = () => UNAUTHORIZED;
    expect(briefly(found)).toEqual(["warning Microsoft Graph", "warning Payroll API"]);
  });

  it("says where and why when an API does not respond", async () => {
    const gone = await startScriptedApi();
    await gone.close();
    const found = await check({ GRAPH_API_ENDPOINT: gone.url });
    expect(briefly(found)).toEqual(["wrong Microsoft Graph"]);
    expect(found[0]?.text).toContain(`${gone.url}/v1.0/me`);
    expect(found[0]?.text).toContain("ECONNREFUSED");
  });

  it("does not say that a redirect URI is registered when the authority shows a page", async () => {
    authority.misissue.metadata = { authorization_endpoint: `${authority.url}/nowhere` };
    const found = await check();
    authority.misissue.metadata = {};
    expect(briefly(found)).toEqual(["warning redirect URI"]);
    expect(found[0]?.text).toContain("404");
  });

  it("reports that no certificate is verified, as a problem of the settings", async () => {
    const found = await check({ NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect(briefly(found)).toEqual(["wrong settings"]);
    expect(found[0]?.text).toContain("NODE_TLS_REJECT_UNAUTHORIZED");
  });
});
