import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { ManagedIdentityApplication } from "@azure/msal-node";
import { SignJWT } from "jose";
import { createIdentityNetworkClient } from "./identity-network-client.js";

/** How long an assertion is valid from now on, and how long before its end it is replaced, in seconds. */
const ASSERTION_SECONDS = 600;
const RENEW_BEFORE_SECONDS = 120;

/** How far this clock may be ahead of the authority's, which refuses an assertion of the future. */
const MAX_CLOCK_LEAD_SECONDS = 300;

/** The audience of tokens for a federated credential. */
const FEDERATION_AUDIENCE = "api://AzureADTokenExchange";

/** How the app authenticates to the authority: one of three. */
export type ClientCredential =
  | { readonly kind: "secret"; readonly clientSecret: string }
  | {
      readonly kind: "certificate";
      /** PEM. */
      readonly certificate: string;
      /** PEM, of the certificate's key. */
      readonly privateKey: string;
    }
  /** A managed identity of the machine, which the app registration trusts (federated credential). */
  | { readonly kind: "managed-identity"; readonly managedIdentityClientId: string };

/** The client and the endpoint of an assertion. */
export interface AssertionSubject {
  readonly clientId: string;
  readonly tokenEndpoint: string;
}

/** Returns an assertion (RFC 7523 §2.2) that is sent in place of a secret. */
export type ClientAssertion = (subject: AssertionSubject) => Promise<string>;

/**
 * Creates the function that returns client assertions; undefined for a client secret.
 *
 * One assertion is used by the whole process until shortly before its end: MSAL would sign one for
 * each of its clients, and this app creates a client for each request.
 */
export function createClientAssertion(
  credential: ClientCredential,
  now: () => number,
): ClientAssertion | undefined {
  switch (credential.kind) {
    case "secret":
      return undefined;
    case "certificate":
      return createCertificateAssertion(credential, now);
    case "managed-identity":
      return createManagedIdentityAssertion(credential.managedIdentityClientId);
  }
}

function createCertificateAssertion(
  pem: { readonly certificate: string; readonly privateKey: string },
  now: () => number,
): ClientAssertion {
  const key = createPrivateKey(pem.privateKey);
  const { fingerprint256 } = new X509Certificate(pem.certificate);
  const thumbprint = Buffer.from(fingerprint256.replaceAll(":", ""), "hex").toString("base64url");
  let made: { readonly assertion: Promise<string>; readonly renewAt: number } | undefined;

  return ({ clientId, tokenEndpoint }) => {
    const seconds = Math.floor(now() / 1000);
    if (made !== undefined && seconds < made.renewAt) return made.assertion;
    const validFrom = seconds - MAX_CLOCK_LEAD_SECONDS;
    const assertion = new SignJWT()
      .setProtectedHeader({ alg: "PS256", typ: "JWT", "x5t#S256": thumbprint })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(tokenEndpoint)
      .setJti(randomUUID())
      .setIssuedAt(validFrom)
      .setNotBefore(validFrom)
      .setExpirationTime(seconds + ASSERTION_SECONDS)
      .sign(key);
    made = { assertion, renewAt: seconds + ASSERTION_SECONDS - RENEW_BEFORE_SECONDS };
    return assertion;
  };
}

/** Creates assertions from the identity's token, which MSAL caches and renews. */
function createManagedIdentityAssertion(userAssignedClientId: string): ClientAssertion {
  const identity = new ManagedIdentityApplication({
    managedIdentityIdParams: { userAssignedClientId },
    system: { networkClient: createIdentityNetworkClient() },
  });
  return async () => {
    const { accessToken } = await identity.acquireToken({ resource: FEDERATION_AUDIENCE });
    return accessToken;
  };
}
