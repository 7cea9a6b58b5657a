import type { Authority, AuthorityMetadata } from "../../auth/authority/authority.js";
import { UpstreamError, type UpstreamDetails } from "../../errors.js";
import { type Finding, ok, wrong } from "../finding.js";

/** The findings about the authority, and its metadata when that fits. */
export interface AuthorityReading {
  readonly findings: readonly Finding[];
  readonly metadata?: AuthorityMetadata;
}

/** Checks that the authority responds and that its metadata is the configured tenant's. */
export async function checkAuthority(authority: Authority): Promise<AuthorityReading> {
  try {
    const metadata = await authority.metadata();
    const text = `Entra ID responds; its issuer is ${metadata.issuer}.`;
    return { findings: [ok("Entra ID", text)], metadata };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const text = `CLOUD_INSTANCE or TENANT_ID: ${error.message}${describeDetails(error.details)}`;
    return { findings: [wrong("Entra ID", { text, cure: cureOf(error) })] };
  }
}

/** Describes a failed request: where, and what came back. */
export function describeDetails({ address, status, aadsts, reason }: UpstreamDetails): string {
  if (address === undefined) return "";
  const facts = [
    status === undefined ? [] : [`status ${status}`],
    aadsts === undefined ? [] : [`AADSTS${aadsts}`],
    reason ?? [],
  ].flat();
  return ` ${address}: ${facts.join(", ")}.`;
}

function cureOf({ code }: UpstreamError): string {
  if (code === "ERR_AUTHORITY_UNTRUSTED") {
    return "If a private CA or a proxy signed its certificate, set NODE_EXTRA_CA_CERTS; otherwise something is between this machine and Entra ID.";
  }
  if (code === "ERR_AUTHORITY_UNFIT") {
    return "Copy the tenant id from the overview of the app registration; tenants of national clouds need their CLOUD_INSTANCE.";
  }
  return "Check CLOUD_INSTANCE, the network, and HTTPS_PROXY if this machine needs a proxy.";
}
