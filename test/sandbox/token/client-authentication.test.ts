import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import {
  obtainCode,
  readTokenResponse,
  redeem,
  refresh,
  requestToken,
  startTestSandbox,
} from "../test-client.js";
import type { Changes } from "../test-client.js";

const clientKey = await generateKeyPair("RS256");
const sandbox = await startTestSandbox({
  clientPublicKeys: [await exportJWK(clientKey.publicKey)],
});
afterAll(() => sandbox.close());

describe("a token request with wrong client authentication", () => {
  const cases: readonly (readonly [string, readonly [Changes, string, number]])[] = [
    ["the secret is wrong", [{ client_secret: "guess" }, "invalid_client", 7000215]],
    ["the secret is empty", [{ client_secret: "" }, "invalid_client", 7000215]],
    ["there is no secret", [{ client_secret: null }, "invalid_client", 7000218]],
    ["there is no client", [{ client_id: null }, "invalid_client", 7000218]],
    ["the client is unknown", [{ client_id: "x" }, "unauthorized_client", 700016]],
    ["it sends an assertion as well", [{ client_assertion: "x" }, "invalid_client", 7000218]],
  ];
  it.each(cases)("is refused when %s", async (_when, [changes, error, aadsts]) => {
    const body = await readTokenResponse(await refresh(sandbox, "any", changes));
    expect(body).toMatchObject({ error, error_codes: [aadsts] });
    expect(body.access_token).toBeUndefined();
  });

  it("is refused with 401 and the scheme when HTTP Basic has the wrong secret", async () => {
    const authorization = `Basic ${btoa(`${sandbox.clientId}:guess`)}`;
    const response = await requestToken(
      sandbox,
      { client_secret: null, grant_type: "refresh_token", refresh_token: "any" },
      { authorization },
    );
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Basic /);
  });
});

describe("client authentication", () => {
  it("is accepted as HTTP Basic", async () => {
    const authorization = `Basic ${btoa(`${sandbox.clientId}:${sandbox.clientSecret}`)}`;
    const { code, flow } = await obtainCode(sandbox);
    const response = await requestToken(
      sandbox,
      {
        client_secret: null,
        grant_type: "authorization_code",
        code,
        code_verifier: flow.verifier,
        redirect_uri: "http://localhost:3000/redirect",
      },
      { authorization },
    );
    expect(response.status).toBe(200);
  });

  async function redeemWithAssertion(
    alg: string,
    audience: string,
    key: CryptoKey,
  ): Promise<Response> {
    const assertion = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg })
      .setIssuer(sandbox.clientId)
      .setSubject(sandbox.clientId)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(key);
    return redeem(sandbox, await obtainCode(sandbox), {
      client_secret: null,
      client_assertion: assertion,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    });
  }

  function tokenEndpoint(): string {
    return `${sandbox.url}/${sandbox.tenantId}/oauth2/v2.0/token`;
  }

  it("is accepted as an assertion signed with a registered key", async () => {
    const response = await redeemWithAssertion("RS256", tokenEndpoint(), clientKey.privateKey);
    expect(response.status).toBe(200);
  });

  it("is refused when the assertion is meant for another server", async () => {
    const response = await redeemWithAssertion(
      "RS256",
      "https://other.example/token",
      clientKey.privateKey,
    );
    expect(response.status).toBe(401);
    expect(await readTokenResponse(response)).toMatchObject({ error_codes: [700027] });
  });

  it("is refused when another key signed the assertion", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const response = await redeemWithAssertion("RS256", tokenEndpoint(), privateKey);
    expect(await readTokenResponse(response)).toMatchObject({ error_codes: [700027] });
  });
});
