import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A private key and the certificate that it signed itself, both PEM. */
export interface SelfSigned {
  readonly key: string;
  /** Names `localhost` and `127.0.0.1`; fit for `NODE_EXTRA_CA_CERTS`. */
  readonly cert: string;
}

const DAY_MS = 86_400_000;

/** How long a certificate is valid; it begins the day before. */
export const LIFETIME_DAYS = 30;

/** Tags of DER (X.690) and of GeneralName (RFC 5280 section 4.2.1.6). */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  dnsName: 0x82,
  ipAddress: 0x87,
  version: 0xa0,
  extensions: 0xa3,
};

/** Object identifiers, already in DER. */
const OID = {
  ecdsaWithSha256: "2a8648ce3d040302",
  sha256WithRsa: "2a864886f70d01010b",
  commonName: "550403",
  basicConstraints: "551d13",
  subjectAltName: "551d11",
};

/**
 * Creates a certificate (RFC 5280) for loopback addresses, valid for a month. Written out by hand so
 * that the tests need neither a package nor an `openssl` on the machine.
 */
export function makeSelfSigned(keyType: "ec" | "rsa" = "ec", now = Date.now()): SelfSigned {
  const { privateKey, publicKey } =
    keyType === "ec"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const algorithm =
    keyType === "ec"
      ? sequence(oid(OID.ecdsaWithSha256))
      : sequence(oid(OID.sha256WithRsa), Buffer.from([0x05, 0x00]));
  const name = sequence(der(TAG.set, sequence(oid(OID.commonName), text("localhost"))));
  const serial = randomBytes(8);
  serial[0] = 0x01; // positive, and never a leading zero
  const body = sequence(
    der(TAG.version, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, serial),
    algorithm,
    name,
    sequence(utcTime(now - DAY_MS), utcTime(now + LIFETIME_DAYS * DAY_MS)),
    name,
    publicKey.export({ format: "der", type: "spki" }),
    der(TAG.extensions, sequence(basicConstraints(), subjectAltName())),
  );
  const signature = sign("sha256", body, privateKey);
  return {
    key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    cert: pem(sequence(body, algorithm, der(TAG.bitString, Buffer.from([0]), signature))),
  };
}

/** Returns the extension that makes it a certificate authority, which may sign itself. */
function basicConstraints(): Buffer {
  const yes = der(TAG.boolean, Buffer.from([0xff]));
  return sequence(oid(OID.basicConstraints), yes, der(TAG.octetString, sequence(yes)));
}

function subjectAltName(): Buffer {
  const names = sequence(
    der(TAG.dnsName, Buffer.from("localhost")),
    der(TAG.ipAddress, Buffer.from([127, 0, 0, 1])),
  );
  return sequence(oid(OID.subjectAltName), der(TAG.octetString, names));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const long = [body.length >> 8, body.length & 0xff].filter((byte, at) => at === 1 || byte > 0);
  const length = body.length < 0x80 ? [body.length] : [0x80 + long.length, ...long];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(TAG.sequence, ...parts);
}

function oid(hex: string): Buffer {
  return der(TAG.oid, Buffer.from(hex, "hex"));
}

function text(value: string): Buffer {
  return der(TAG.utf8String, Buffer.from(value));
}

function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/[-T:]/g, "").slice(2, 14);
  return der(TAG.utcTime, Buffer.from(`${digits}Z`));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
