import { afterAll, describe, expect, it } from "vitest";
import {
  buildFlow,
  obtainCode,
  readTokenResponse,
  redeem,
  refresh,
  startTestSandbox,
} from "../test-client.js";
import type { Changes } from "../test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

describe("redeeming a code", () => {
  const cases: readonly (readonly [string, readonly [Changes, string, number]])[] = [
    ["the verifier differs", [{ code_verifier: "x".repeat(43) }, "invalid_grant", 501481]],
    ["the verifier is missing", [{ code_verifier: null }, "invalid_grant", 50148]],
    ["the redirect URI differs", [{ redirect_uri: "http://x.example/" }, "invalid_grant", 500112]],
    ["the redirect URI is missing", [{ redirect_uri: null }, "invalid_request", 90014]],
    ["the code is unknown", [{ code: "made-up" }, "invalid_grant", 70000]],
    ["the grant type is unknown", [{ grant_type: "password" }, "unsupported_grant_type", 70003]],
    [
      "the scopes are of two APIs",
      [{ scope: "api://payroll/Payroll.Read User.Read" }, "invalid_scope", 28000],
    ],
    ["the claims are not JSON", [{ claims: "no" }, "invalid_request", 9000410]],
  ];
  it.each(cases)("is refused when %s", async (_when, [changes, error, aadsts]) => {
    const response = await redeem(sandbox, await obtainCode(sandbox), changes);
    expect(response.status).toBe(400);
    const body = await readTokenResponse(response);
    expect(body).toMatchObject({ error, error_codes: [aadsts] });
    expect(body.access_token).toBeUndefined();
  });

  it("leaves the code valid when the verifier is wrong", async () => {
    const obtained = await obtainCode(sandbox);
    await redeem(sandbox, obtained, { code_verifier: "x".repeat(43) });
    expect((await redeem(sandbox, obtained)).status).toBe(200);
  });

  it("is refused ten minutes after the sign-in", async () => {
    const obtained = await obtainCode(sandbox);
    sandbox.advance(10 * 60_000);
    const body = await readTokenResponse(await redeem(sandbox, obtained));
    expect(body).toMatchObject({ error: "invalid_grant", error_codes: [70008] });
  });

  it("issues tokens to one of many requests at once, and revokes them because of the others", async () => {
    const obtained = await obtainCode(sandbox);
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => redeem(sandbox, obtained)),
    );
    const bodies = await Promise.all(responses.map(readTokenResponse));
    const good = bodies.filter(({ access_token }) => access_token);
    expect(good).toHaveLength(1);
    expect(bodies.filter(({ error_codes }) => error_codes?.[0] === 54005)).toHaveLength(19);
    const after = await readTokenResponse(await refresh(sandbox, good[0]?.refresh_token ?? ""));
    expect(after).toMatchObject({
      error: "invalid_grant",
      error_codes: [50173],
      suberror: "bad_token",
    });
  });

  it("returns the caller's request id as correlation id", async () => {
    const id = "0D15EA5E-0000-4000-8000-00000000BEEF";
    const response = await redeem(
      sandbox,
      { code: "made-up", flow: buildFlow(sandbox) },
      { "client-request-id": id },
    );
    expect((await readTokenResponse(response)).correlation_id).toBe(id.toLowerCase());
  });

  it("returns a new correlation id when the caller's is not a GUID", async () => {
    const response = await redeem(
      sandbox,
      { code: "made-up", flow: buildFlow(sandbox) },
      { "client-request-id": "<script>" },
    );
    expect((await readTokenResponse(response)).correlation_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("is refused when a parameter is repeated", async () => {
    const { code, flow } = await obtainCode(sandbox);
    const form = `code=${code}&code=${code}&code_verifier=${flow.verifier}&grant_type=authorization_code`;
    const response = await fetch(`${sandbox.url}/common/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    expect(await readTokenResponse(response)).toMatchObject({ error_codes: [9000411] });
  });
});
