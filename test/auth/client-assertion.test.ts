import { createHash, createPublicKey, randomUUID, X509Certificate } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createClientAssertion } from "../../src/auth/client-assertion.js";
import { useIdentityEndpoint } from "../support/identity-endpoint.js";
import { makeSelfSigned } from "../support/self-signed.js";

const NOW = Date.now();
const { key, cert } = makeSelfSigned("rsa");
const SUBJECT = { clientId: "client", tokenEndpoint: "https://login.example/token" };
const CREDENTIAL = { kind: "certificate", certificate: cert, privateKey: key } as const;

describe("a client assertion", () => {
  async function assertion(): Promise<string> {
    return (await createClientAssertion(CREDENTIAL, () => NOW)?.(SUBJECT)) ?? "";
  }

  /** Verifies it as an authority whose clock differs by this much and that tolerates nothing. */
  async function verifyAt(offsetSeconds: number): Promise<void> {
    await jwtVerify(await assertion(), createPublicKey(cert), {
      issuer: SUBJECT.clientId,
      audience: SUBJECT.tokenEndpoint,
      maxTokenAge: "1h",
      currentDate: new Date(NOW + offsetSeconds * 1000),
    });
  }

  it.each([-299, 0, 480])("is valid when the authority's clock is %i s ahead", async (seconds) => {
    await expect(verifyAt(seconds)).resolves.toBeUndefined();
  });

  it.each([-600, 1200])("is not valid when it is %i s ahead", async (seconds) => {
    await expect(verifyAt(seconds)).rejects.toThrow();
  });

  it("names its certificate by the SHA-256 thumbprint, as Entra demands", async () => {
    const header = decodeProtectedHeader(await assertion());
    const { raw } = new X509Certificate(cert);
    const thumbprint = createHash("sha256").update(raw).digest("base64url");
    expect(header).toEqual({ alg: "PS256", typ: "JWT", "x5t#S256": thumbprint });
  });

  it("says what RFC 7523 demands", async () => {
    const claims = decodeJwt(await assertion());
    expect(claims).toMatchObject({ iss: "client", sub: "client", aud: SUBJECT.tokenEndpoint });
    expect(claims.jti).toMatch(/^[0-9a-f-]{36}$/);
    expect(claims.nbf).toBe(claims.iat);
  });

  it("is one for the whole process until two minutes before its end", async () => {
    const clock = { now: NOW };
    const assert = createClientAssertion(CREDENTIAL, () => clock.now);
    const first = await assert?.(SUBJECT);
    clock.now = NOW - (NOW % 1000) + 480_000 - 1;
    expect(await assert?.(SUBJECT)).toBe(first);
    clock.now += 1;
    const second = await assert?.(SUBJECT);
    expect(second).not.toBe(first);
    expect(decodeJwt(second ?? "").jti).not.toBe(decodeJwt(first ?? "").jti);
    expect(await assert?.(SUBJECT)).toBe(second);
  });
});

describe("a client secret", () => {
  it("needs no assertion", () => {
    const credential = { kind: "secret", clientSecret: "secret" } as const;
    expect(createClientAssertion(credential, () => NOW)).toBeUndefined();
  });
});

describe("the assertion of a managed identity", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("is the token that the platform issues for federated credentials, and is kept", async () => {
    const expiresOn = Math.floor(Date.now() / 1000) + 3_600;
    const platform = await useIdentityEndpoint(() => ({
      status: 200,
      body: { access_token: "federated", expires_on: expiresOn, token_type: "Bearer" },
    }));
    vi.stubEnv("IDENTITY_ENDPOINT", `${platform.url}/token`);
    vi.stubEnv("IDENTITY_HEADER", "header");
    const managedIdentityClientId = randomUUID();
    const credential = { kind: "managed-identity", managedIdentityClientId } as const;
    const assert = createClientAssertion(credential, Date.now);
    expect(await assert?.(SUBJECT)).toBe("federated");
    expect(await assert?.(SUBJECT)).toBe("federated");
    const [request, ...others] = platform.seen;
    expect(Object.fromEntries(request?.query ?? [])).toMatchObject({
      resource: "api://AzureADTokenExchange",
      client_id: managedIdentityClientId,
    });
    expect(request?.headers).toMatchObject({ "x-identity-header": "header" });
    expect(others).toEqual([]);
  });
});
