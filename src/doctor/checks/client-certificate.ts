import { X509Certificate } from "node:crypto";
import type { Config } from "../../config/config.js";
import type { Finding } from "../finding.js";
import { judgeExpiry } from "./expiry.js";

/** Checks how long the certificate of the client is valid. */
export function checkClientCertificate({ client }: Config, now: number): Finding[] {
  if (client.credential.kind !== "certificate") return [];
  const expiresAt = new Date(new X509Certificate(client.credential.certificate).validTo);
  return [
    judgeExpiry("client certificate", {
      name: "CLIENT_CERTIFICATE_PATH",
      expiresAt,
      now,
      cure: "Upload a new certificate to the app registration, then change the files and restart.",
    }),
  ];
}
