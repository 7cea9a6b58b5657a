import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { createLogger } from "../../../src/log.js";
import { startPayrollApi } from "../../../src/payroll-api/start-payroll-api.js";
import { setUpForAll } from "../../support/set-up.js";
import { type Changes, readTokenResponse, requestToken, startTestSandbox } from "../test-client.js";

const sandbox = setUpForAll(() => startTestSandbox());

function requestAppToken(changes: Changes = {}): Promise<Response> {
  const grant = { grant_type: "client_credentials", scope: "api://payroll/.default" };
  return requestToken(sandbox, { ...grant, ...changes });
}

describe("the client credentials grant", () => {
  it("issues a token of the app, without a person, a scope or a refresh token", async () => {
    const response = await requestAppToken();
    expect(response.status).toBe(200);
    const { access_token, ...rest } = await readTokenResponse(response);
    expect(rest).toEqual({ token_type: "Bearer", expires_in: 3600, ext_expires_in: 3600 });
    const claims = decodeJwt(access_token);
    expect(claims).toMatchObject({
      aud: sandbox.payrollAudience,
      azp: sandbox.clientId,
      idtyp: "app",
      tid: sandbox.tenantId,
      oid: claims.sub,
    });
    expect(claims["oid"]).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    for (const absent of ["scp", "roles", "name", "sid", "auth_time"]) {
      expect(claims).not.toHaveProperty(absent);
    }
  });

  it.each([
    ["the scope is not the default one", "api://payroll/Payroll.Read", 1002012],
    ["there are two scopes", "api://payroll/.default openid", 1002012],
    ["the API is unknown", "api://other/.default", 70011],
  ])("is refused when %s", async (_when, scope, aadsts) => {
    const response = await requestAppToken({ scope });
    expect(response.status).toBe(400);
    expect(await readTokenResponse(response)).toMatchObject({
      error: "invalid_scope",
      error_codes: [aadsts],
    });
  });

  it("is refused when the secret is wrong", async () => {
    const response = await requestAppToken({ client_secret: "guess" });
    expect(await readTokenResponse(response)).toMatchObject({ error_codes: [7000215] });
  });

  it("opens nothing at the Payroll API, which serves people only", async () => {
    const payroll = await startPayrollApi({
      port: 0,
      cloudInstance: sandbox.url,
      tenantId: sandbox.tenantId,
      audience: sandbox.payrollAudience,
      log: createLogger("silent"),
    });
    const { access_token } = await readTokenResponse(await requestAppToken());
    const headers = { Authorization: `Bearer ${access_token}` };
    const response = await fetch(`${payroll.url}/payslips`, { headers });
    await payroll.close();
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: "ERR_SCOPE_INSUFFICIENT" } });
  });
});
