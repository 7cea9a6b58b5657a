import { createPublicKey } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CLIENT_ID, TENANT_ID } from "../../src/sandbox/registration.js";
import { type Actors, startActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";
import { useIdentityEndpoint } from "../support/identity-endpoint.js";
import { makeSelfSigned } from "../support/self-signed.js";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) await close();
});

/** Signs Ada in and opens her profile and payslips: two redemptions and a silent request. */
async function useEveryGrant(actors: Actors): Promise<URLSearchParams[]> {
  closers.push(() => actors.close());
  const ada = new HttpBrowser(actors.url);
  expect(await ada.open("/signin", { person: "Ada" })).toMatchObject({ status: 200 });
  expect(await ada.open("/profile")).toMatchObject({ status: 200 });
  expect(await ada.open("/payslips")).toMatchObject({ status: 200 });
  return actors.sandboxReceived
    .filter(({ path }) => path.endsWith("/token"))
    .map(({ parameters }) => parameters);
}

describe("a client with a certificate", () => {
  it("signs one assertion for all its token requests and sends no secret", async () => {
    const folder = await mkdtemp(join(tmpdir(), "certificate-"));
    closers.push(() => rm(folder, { recursive: true }));
    const { key, cert } = makeSelfSigned("rsa");
    const [keyPath, certPath] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    await Promise.all([writeFile(keyPath, key), writeFile(certPath, cert)]);
    const requests = await useEveryGrant(
      await startActors({
        clientPublicKeys: [await exportJWK(createPublicKey(cert))],
        settings: {
          CLIENT_SECRET: "",
          CLIENT_CERTIFICATE_PATH: certPath,
          CLIENT_PRIVATE_KEY_PATH: keyPath,
        },
      }),
    );
    expect(requests.length).toBeGreaterThan(2);
    expect(new Set(requests.map((form) => form.get("client_assertion"))).size).toBe(1);
    expect(requests.filter((form) => form.has("client_secret"))).toEqual([]);
  });
});

describe("a client with a managed identity", () => {
  it("proves itself with the identity's token", async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    async function identityToken() {
      const expiresOn = Math.floor(Date.now() / 1000) + 3600;
      const assertion = await new SignJWT({ jti: "managed-identity" })
        .setProtectedHeader({ alg: "RS256" })
        .setIssuer(CLIENT_ID)
        .setSubject(CLIENT_ID)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(expiresOn)
        .sign(privateKey);
      return { access_token: assertion, expires_on: String(expiresOn), token_type: "Bearer" };
    }
    let audience = "";
    const endpoint = await useIdentityEndpoint(async () => ({
      status: 200,
      body: await identityToken(),
    }));
    vi.stubEnv("IDENTITY_ENDPOINT", `${endpoint.url}/token`);
    vi.stubEnv("IDENTITY_HEADER", "header");
    const actors = await startActors({
      clientPublicKeys: [await exportJWK(publicKey)],
      settings: {
        CLIENT_SECRET: "",
        MANAGED_IDENTITY_CLIENT_ID: "5f0f1b6e-7c1e-4f0e-9d53-0c8b6b2d7a11",
      },
    });
    audience = `${actors.sandbox.url}/${TENANT_ID}/oauth2/v2.0/token`;
    const requests = await useEveryGrant(actors);
    expect(requests.every((form) => form.has("client_assertion"))).toBe(true);
    expect(requests.filter((form) => form.has("client_secret"))).toEqual([]);
  });
});
