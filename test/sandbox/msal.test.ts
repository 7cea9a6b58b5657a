import { randomBytes } from "node:crypto";
import {
  ConfidentialClientApplication,
  CryptoProvider,
  InteractionRequiredAuthError,
} from "@azure/msal-node";
import type { AuthenticationResult, Configuration } from "@azure/msal-node";
import { exportJWK, exportPKCS8, generateKeyPair } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { type SignInChoices, walkSignIn } from "./drive-pages.js";
import { REDIRECT_URI, startTestSandbox } from "./test-client.js";

const C1 = JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } });

const pair = await generateKeyPair("RS256", { extractable: true });
const privateKey = await exportPKCS8(pair.privateKey);
const sandbox = await startTestSandbox({ clientPublicKeys: [await exportJWK(pair.publicKey)] });
afterAll(() => sandbox.close());

type Credential = Pick<Configuration["auth"], "clientSecret" | "clientCertificate">;

async function createClient(credential: Credential): Promise<ConfidentialClientApplication> {
  const { host } = new URL(sandbox.url);
  const path = `${sandbox.tenantId}/v2.0/.well-known/openid-configuration`;
  const metadata = await (await fetch(`${sandbox.url}/${path}`)).text();
  return new ConfidentialClientApplication({
    auth: {
      clientId: sandbox.clientId,
      authority: `https://${host}/${sandbox.tenantId}`,
      knownAuthorities: [host],
      authorityMetadata: metadata,
      clientCapabilities: ["cp1"],
      ...credential,
    },
  });
}

interface Ask {
  readonly claims?: string;
  readonly choices?: Partial<SignInChoices>;
}

async function signInWithMsal(
  client: ConfidentialClientApplication,
  { claims, choices }: Ask = {},
): Promise<AuthenticationResult & { cookies: Map<string, string> }> {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const nonce = randomBytes(16).toString("hex");
  const request = {
    scopes: ["api://payroll/Payroll.Read"],
    redirectUri: REDIRECT_URI,
    ...(claims !== undefined && { claims }),
  };
  const authorizeUrl = await client.getAuthCodeUrl({
    ...request,
    nonce,
    codeChallenge: challenge,
    codeChallengeMethod: "S256",
    responseMode: "query",
  });
  const { location, cookies } = await walkSignIn({ authorizeUrl, ...choices });
  const parameters = new URL(location).searchParams;
  const result = await client.acquireTokenByCode({
    ...request,
    nonce,
    code: parameters.get("code") ?? "",
    codeVerifier: verifier,
  });
  return { ...result, cookies };
}

function requireAccount({ account }: AuthenticationResult) {
  if (account === null) throw new Error("MSAL gave no account");
  return account;
}

describe("MSAL Node against the sandbox", () => {
  it("signs in, and then uses its cache", async () => {
    const client = await createClient({ clientSecret: sandbox.clientSecret });
    const result = await signInWithMsal(client);
    expect(requireAccount(result).homeAccountId).toMatch(new RegExp(`\\.${sandbox.tenantId}$`));
    const before = sandbox.seen.length;
    const cached = await client.acquireTokenSilent({
      account: requireAccount(result),
      scopes: ["api://payroll/Payroll.Read"],
    });
    expect(cached.accessToken).toBe(result.accessToken);
    expect(sandbox.seen.length).toBe(before);
  });

  it("is refused without interaction, steps up with the claims, then renews silently", async () => {
    const client = await createClient({ clientSecret: sandbox.clientSecret });
    const first = await signInWithMsal(client);
    const silent = { account: requireAccount(first), scopes: ["api://payroll/Payroll.Read"] };
    const refusal = client.acquireTokenSilent({ ...silent, claims: C1 });
    await expect(refusal).rejects.toBeInstanceOf(InteractionRequiredAuthError);
    const steppedUp = await signInWithMsal(client, {
      claims: C1,
      choices: { cookies: first.cookies },
    });
    expect(steppedUp.accessToken).not.toBe(first.accessToken);
    const renewed = await client.acquireTokenSilent({ ...silent, claims: C1 });
    expect(renewed.accessToken).not.toBe(steppedUp.accessToken);
  });

  it("authenticates with a certificate's key", async () => {
    const client = await createClient({
      clientCertificate: { thumbprintSha256: randomBytes(32).toString("hex"), privateKey },
    });
    const { accessToken } = await signInWithMsal(client);
    expect(accessToken).toBeTruthy();
  });

  it("reports the second factor that Ben has to set up", async () => {
    const client = await createClient({ clientSecret: sandbox.clientSecret });
    const first = await signInWithMsal(client, { choices: { person: "Ben" } });
    const refusal = client.acquireTokenSilent({
      account: requireAccount(first),
      scopes: ["api://payroll/Payroll.Read"],
      claims: C1,
    });
    await expect(refusal).rejects.toMatchObject({ subError: "basic_action", errorNo: 50079 });
  });
});
