import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.js";
import {
  type Changes,
  obtainCode,
  readTokenResponse,
  redeem,
  refresh,
  signIn,
  startTestSandbox,
} from "./test-client.js";

const keys = await generateKeyPair("RS256");
const OTHER = {
  clientId: "5a4db0c5-7777-4777-8777-000000000007",
  clientSecret: "the-other-client’s-secret",
  redirectUris: ["http://localhost:5000", "https://other.example/signin-oidc"],
  publicKeys: [await exportJWK(keys.publicKey)],
};
const sandbox = await startTestSandbox({ clients: [OTHER] });
afterAll(() => sandbox.close());

const AS_OTHER: Changes = { client_id: OTHER.clientId, client_secret: OTHER.clientSecret };

/** Signs Ada in at the other client, and redeems the code with some changes. */
async function redeemAsOther(redirectUri: string, changes: Changes = {}) {
  const request = { client_id: OTHER.clientId, redirect_uri: redirectUri };
  const obtained = await obtainCode(sandbox, {}, request);
  const response = await redeem(sandbox, obtained, {
    ...AS_OTHER,
    redirect_uri: redirectUri,
    ...changes,
  });
  return { obtained, ...(await readTokenResponse(response)) };
}

describe("a second client", () => {
  it.each([...OTHER.redirectUris, "http://localhost:5000/", "http://localhost:8080"])(
    "gets tokens of its own at %s",
    async (redirectUri) => {
      const { obtained, ...tokens } = await redeemAsOther(redirectUri);
      expect(new URL(obtained.walk.location).origin).toBe(new URL(redirectUri).origin);
      expect(decodeJwt(tokens.id_token).aud).toBe(OTHER.clientId);
      expect(decodeJwt(tokens.access_token)["azp"]).toBe(OTHER.clientId);
      const renewed = await readTokenResponse(
        await refresh(sandbox, tokens.refresh_token, AS_OTHER),
      );
      expect(decodeJwt(renewed.access_token)["azp"]).toBe(OTHER.clientId);
    },
  );

  it("may leave out the slash of an origin at one endpoint", async () => {
    const tokens = await redeemAsOther("http://localhost:5000", {
      redirect_uri: "http://localhost:5000/",
    });
    expect(tokens.access_token).toBeTruthy();
  });

  it("sees a person under another sub, and the same oid", async () => {
    const { id_token } = await redeemAsOther("http://localhost:5000");
    const { idClaims } = await signIn(sandbox);
    expect(decodeJwt(id_token)["oid"]).toBe(idClaims["oid"]);
    expect(decodeJwt(id_token).sub).not.toBe(idClaims.sub);
  });

  it("authenticates with a key of its own, without a client id in the form", async () => {
    const assertion = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: "RS256" })
      .setIssuer(OTHER.clientId)
      .setSubject(OTHER.clientId)
      .setAudience(`${sandbox.url}/${sandbox.tenantId}/oauth2/v2.0/token`)
      .setExpirationTime("5m")
      .sign(keys.privateKey);
    const tokens = await redeemAsOther("http://localhost:5000", {
      client_id: null,
      client_secret: null,
      client_assertion: assertion,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    });
    expect(decodeJwt(tokens.access_token)["azpacr"]).toBe("2");
  });

  it("is refused the redirect URI, the secret, the code and the refresh token of another", async () => {
    const foreignUri = obtainCode(sandbox, {}, { client_id: OTHER.clientId });
    await expect(foreignUri).rejects.toThrow("AADSTS50011");
    const own = await signIn(sandbox);
    const foreignSecret = await refresh(sandbox, own.refresh_token, { client_id: OTHER.clientId });
    expect(await readTokenResponse(foreignSecret)).toMatchObject({ error_codes: [7000215] });
    const foreignToken = await refresh(sandbox, own.refresh_token, AS_OTHER);
    expect(await readTokenResponse(foreignToken)).toMatchObject({ error_codes: [70000] });
    const foreignCode = await redeem(sandbox, own, AS_OTHER);
    expect(await readTokenResponse(foreignCode)).toMatchObject({ error_codes: [70000] });
    expect((await refresh(sandbox, own.refresh_token)).status).toBe(200);
  });
});

describe("the pages", () => {
  it("allow a form to end at each client, at any port of localhost", async () => {
    const policy = (await fetch(sandbox.url)).headers.get("content-security-policy") ?? "";
    expect(policy).toContain("form-action 'self' http://localhost:* https://other.example;");
  });

  it("may connect to the sandbox and to nothing else", async () => {
    const policy = (await fetch(sandbox.url)).headers.get("content-security-policy") ?? "";
    expect(policy.split(";")).toContain("connect-src 'self'");
  });
});

describe("two clients with one id", () => {
  it("keep the sandbox from starting", async () => {
    const clash = { ...OTHER, clientId: sandbox.clientId };
    await expect(startTestSandbox({ clients: [clash] })).rejects.toBeInstanceOf(ConfigError);
  });
});
