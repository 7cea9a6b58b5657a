import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ClientCredential } from "../auth/client-assertion.js";
import { lowerCaseGuids } from "./formats.js";

/** The credential of the client, or every problem with its settings. */
export interface CredentialReading {
  readonly credential?: ClientCredential;
  readonly problems: readonly string[];
}

type Settings = Readonly<Record<string, string | undefined>>;

/** Clocks differ: a certificate of this very minute may be of the next one here, in milliseconds. */
const MAX_CLOCK_LAG_MS = 5 * 60 * 1000;

/** Reads the one credential that the settings name, and the files of a certificate. */
export function readCredential(
  settings: Settings,
  now: () => number = Date.now,
): CredentialReading {
  const { CLIENT_SECRET: secret, MANAGED_IDENTITY_CLIENT_ID: identity } = settings;
  const { CLIENT_CERTIFICATE_PATH: certificate, CLIENT_PRIVATE_KEY_PATH: key } = settings;
  const given = [secret, certificate ?? key, identity].filter((each) => each !== undefined);
  if (given.length !== 1) {
    const choice =
      "CLIENT_SECRET, CLIENT_CERTIFICATE_PATH with CLIENT_PRIVATE_KEY_PATH, or MANAGED_IDENTITY_CLIENT_ID";
    const found = given.length === 0 ? "A credential is missing" : "Several credentials are set";
    return { problems: [`${found}: set exactly one of ${choice}`] };
  }
  if (secret !== undefined) {
    return { credential: { kind: "secret", clientSecret: secret }, problems: [] };
  }
  if (identity !== undefined) {
    const managedIdentityClientId = lowerCaseGuids(identity);
    const credential = { kind: "managed-identity", managedIdentityClientId } as const;
    return { credential, problems: [] };
  }
  if (certificate !== undefined && key !== undefined)
    return readCertificate(certificate, key, now());
  return {
    problems: ["CLIENT_CERTIFICATE_PATH and CLIENT_PRIVATE_KEY_PATH go together: set both"],
  };
}

function readCertificate(certificatePath: string, keyPath: string, now: number): CredentialReading {
  const certificate = readPem("CLIENT_CERTIFICATE_PATH", certificatePath, (pem) => {
    return new X509Certificate(pem);
  });
  const privateKey = readPem("CLIENT_PRIVATE_KEY_PATH", keyPath, createPrivateKey);
  const problems = [certificate, privateKey].flatMap((each) => each.problem ?? []);
  if (certificate.value === undefined || privateKey.value === undefined) return { problems };
  if (!certificate.value.checkPrivateKey(privateKey.value)) {
    return { problems: ["CLIENT_PRIVATE_KEY_PATH is not the key of CLIENT_CERTIFICATE_PATH"] };
  }
  if (privateKey.value.asymmetricKeyType !== "rsa") {
    return { problems: ["CLIENT_PRIVATE_KEY_PATH must be an RSA key: Entra accepts no other"] };
  }
  const problem = validityProblem(certificate.value, now);
  if (problem !== undefined) return { problems: [`CLIENT_CERTIFICATE_PATH names ${problem}`] };
  const pems = { certificate: certificate.pem, privateKey: privateKey.pem };
  return { credential: { kind: "certificate", ...pems }, problems: [] };
}

/** Returns what is wrong with the time of a certificate; the authority refuses it (AADSTS700027). */
function validityProblem({ validFrom, validTo }: X509Certificate, now: number): string | undefined {
  const [from, to] = [new Date(validFrom), new Date(validTo)];
  if (to.getTime() <= now) return `a certificate that expired on ${dayOf(to)}`;
  const isFuture = from.getTime() > now + MAX_CLOCK_LAG_MS;
  return isFuture ? `a certificate that is not valid before ${dayOf(from)}` : undefined;
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The headers of a key that only a passphrase opens: PKCS #8 (RFC 7468 §11), and the older form. */
const ENCRYPTED_KEY = /^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

type Pem<Value> =
  | { readonly pem: string; readonly value: Value; readonly problem?: never }
  | { readonly pem?: never; readonly value?: never; readonly problem: string };

function readPem<Value>(name: string, path: string, parse: (pem: string) => Value): Pem<Value> {
  let pem: string;
  try {
    pem = readFileSync(path, "utf8");
  } catch {
    return { problem: `${name} names a file that cannot be read` };
  }
  if (ENCRYPTED_KEY.test(pem)) {
    const advice = "this app has no passphrase, so decrypt it with `openssl pkey`";
    return { problem: `${name} names a file with an encrypted private key: ${advice}` };
  }
  try {
    return { pem, value: parse(pem) };
  } catch {
    return { problem: `${name} names a file whose content is not valid PEM` };
  }
}
