import { randomUUID } from "node:crypto";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import type { ClientCredential } from "../../src/auth/client-assertion.js";
import { createAuth } from "../../src/auth/create-auth.js";
import { createMsalClient } from "../../src/auth/msal-client.js";
import { NO_NETWORK } from "../../src/auth/network-client.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { startAuthority } from "../support/authority.js";
import { makeSelfSigned } from "../support/self-signed.js";
import { setUpForAll } from "../support/set-up.js";

const CLIENT_ID = randomUUID();
const FLOW = {
  ...{ scopes: ["User.Read"], redirectUri: "http://localhost:3000/redirect" },
  ...{ state: randomUUID(), nonce: randomUUID(), codeVerifier: randomUUID() + randomUUID() },
  requestedAt: Date.now(),
};

const authority = setUpForAll(() => startAuthority());

/** Redeems a code with this credential; returns the token request. */
async function redeemWith(credential: ClientCredential): Promise<Readonly<Record<string, string>>> {
  const auth = createAuth({
    settings: { cloudInstance: authority.url, tenantId: authority.tenantId },
    client: { clientId: CLIENT_ID, credential },
    store: createMemoryStore(),
  });
  const response = await fetch(await auth.authorizationUrl(FLOW), { redirect: "manual" });
  const code = new URL(response.headers.get("location") ?? "").searchParams.get("code") ?? "";
  authority.seen.length = 0;
  const redeemed = await auth.redeemCode({ ...FLOW, code });
  expect(redeemed.kind).toBe("redeemed");
  return authority.requestsTo("/token")[0]?.params ?? {};
}

describe("the client of a token request", () => {
  it("sends its secret when it has one", async () => {
    const params = await redeemWith({ kind: "secret", clientSecret: "the secret" });
    expect(params).toMatchObject({ client_id: CLIENT_ID, client_secret: "the secret" });
    expect(params).not.toHaveProperty("client_assertion");
  });

  it("sends an assertion for this token endpoint when it has a certificate", async () => {
    const { key, cert } = makeSelfSigned("rsa");
    const params = await redeemWith({ kind: "certificate", certificate: cert, privateKey: key });
    expect(params).not.toHaveProperty("client_secret");
    expect(decodeJwt(params.client_assertion ?? "")).toMatchObject({
      iss: CLIENT_ID,
      aud: expect.stringMatching(/^http:.*\/token$/) as string,
    });
  });

  it("is not created when its credential needs assertions and there are none", () => {
    const credential = { kind: "managed-identity", managedIdentityClientId: "id" } as const;
    const at = `https://login.example.com/${authority.tenantId}`;
    const metadata = {
      ...{ issuer: `${at}/v2.0`, token_endpoint: `${at}/token`, jwks_uri: `${at}/keys` },
      ...{ authorization_endpoint: `${at}/authorize`, end_session_endpoint: `${at}/logout` },
    };
    const client = { clientId: CLIENT_ID, credential };
    expect(() => createMsalClient({ client, metadata, networkClient: NO_NETWORK })).toThrow();
  });
});
