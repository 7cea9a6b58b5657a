import { createHash } from "node:crypto";
import { decodeJwt } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { createLogger } from "../../src/log.js";
import { startPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import { type CookieJar, type SignInChoices, walkSignIn } from "./drive-pages.js";
import { readTokenResponse, startTestSandbox, type TokenResponse } from "./test-client.js";

/** Another port than the registered one: MSAL for Python's samples use 5000. */
const REDIRECT_URI = "http://localhost:5000/redirect";
const SCOPE = "api://payroll/Payroll.Read offline_access openid profile";
const CAPABILITY = '{"access_token": {"xms_cc": {"values": ["cp1"]}}}';
const C1 =
  '{"access_token": {"acrs": {"essential": true, "value": "c1"}, "xms_cc": {"values": ["cp1"]}}}';

const sandbox = await startTestSandbox();
const payroll = await startPayrollApi({
  port: 0,
  cloudInstance: sandbox.url,
  tenantId: sandbox.tenantId,
  audience: sandbox.payrollAudience,
  log: createLogger("silent"),
});
afterAll(async () => {
  await payroll.close();
  await sandbox.close();
});

const endpoint = `${sandbox.url}/${sandbox.tenantId}/oauth2/v2.0`;

/** Sends what `get_authorization_request_url` puts into the address: no PKCE and no nonce. */
async function authorize(claims: string, choices: Partial<SignInChoices> = {}): Promise<string> {
  const query = new URLSearchParams({
    client_id: sandbox.clientId,
    response_type: "code",
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: "fYylLdOamxwUCRqv",
    claims,
  });
  const { location } = await walkSignIn({
    ...choices,
    authorizeUrl: `${endpoint}/authorize?${query.toString()}`,
  });
  expect(new URL(location).origin).toBe("http://localhost:5000");
  return new URL(location).searchParams.get("code") ?? "";
}

/** Sends a token request with the headers and the client's parameters of the library. */
async function requestToken(parameters: Readonly<Record<string, string>>): Promise<TokenResponse> {
  const response = await fetch(`${endpoint}/token`, {
    method: "POST",
    headers: {
      Accept: "application/json",
      "x-client-sku": "MSAL.Python",
      "x-client-ver": "1.21.0",
      "x-client-current-telemetry": "4|832,0|",
      "client-request-id": "7e1fb4f1-84c6-448a-b0c4-deb3190cb442",
    },
    body: new URLSearchParams({
      client_id: sandbox.clientId,
      client_info: "1",
      client_secret: sandbox.clientSecret,
      scope: SCOPE,
      ...parameters,
    }),
  });
  return readTokenResponse(response);
}

/** `acquire_token_by_authorization_code`. */
function redeem(code: string, claims: string): Promise<TokenResponse> {
  const grant = { grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI };
  return requestToken({ ...grant, claims });
}

/** `acquire_token_silent` without a cached access token. */
function refresh({ refresh_token }: TokenResponse, claims: string): Promise<TokenResponse> {
  return requestToken({ grant_type: "refresh_token", refresh_token, claims });
}

function getPayslips({ access_token }: TokenResponse): Promise<Response> {
  const headers = { Authorization: `Bearer ${access_token}` };
  return fetch(`${payroll.url}/payslips`, { headers });
}

describe("the requests of MSAL for Python", () => {
  it("pass the documented flow: challenge, silent refusal, interactive step-up, call", async () => {
    const cookies: CookieJar = new Map();
    const first = await redeem(await authorize(CAPABILITY, { cookies }), CAPABILITY);
    const challenged = await getPayslips(first);
    const challenge = challenged.headers.get("WWW-Authenticate") ?? "";
    expect(challenged.status).toBe(401);
    const encoded = /claims="([^"]+)"/.exec(challenge)?.[1] ?? "";
    const asked: unknown = JSON.parse(Buffer.from(encoded, "base64").toString());
    expect(JSON.parse(C1)).toMatchObject(asked as object);
    const silent = await refresh(first, C1);
    expect(silent).toMatchObject({ error: "interaction_required", error_codes: [50076] });
    const steppedUp = await redeem(await authorize(C1, { cookies }), C1);
    expect((await getPayslips(steppedUp)).status).toBe(200);
    expect(decodeJwt((await refresh(steppedUp, C1)).access_token)["acrs"]).toContain("c1");
  });

  it("pass with the PKCE and the hashed nonce of initiate_auth_code_flow", async () => {
    const verifier = "a".repeat(43);
    const query = new URLSearchParams({
      client_id: sandbox.clientId,
      response_type: "code",
      redirect_uri: REDIRECT_URI,
      scope: SCOPE,
      state: "s",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      nonce: createHash("sha256").update("nonce").digest("hex"),
      client_info: "1",
    });
    const authorizeUrl = `${endpoint}/authorize?${query.toString()}`;
    const { location } = await walkSignIn({ authorizeUrl });
    const tokens = await requestToken({
      grant_type: "authorization_code",
      code: new URL(location).searchParams.get("code") ?? "",
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    });
    expect(decodeJwt(tokens.id_token)["nonce"]).toBe(query.get("nonce"));
  });
});
