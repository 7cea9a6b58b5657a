import { ConfidentialClientApplication, type INetworkModule } from "@azure/msal-node";
import type { ClientAssertion, ClientCredential } from "./client-assertion.js";
import { type AuthorityMetadata, tenantIdOf } from "./authority/authority.js";

/** Identifies this app to the authority. */
export interface ClientSettings {
  readonly clientId: string;
  readonly credential: ClientCredential;
  /** Set unless the credential is a secret. */
  readonly assertion?: ClientAssertion | undefined;
}

/** Options of {@link createMsalClient}. */
export interface MsalClientOptions {
  readonly client: ClientSettings;
  readonly metadata: AuthorityMetadata;
  readonly networkClient: INetworkModule;
  /** The serialised token cache to start from. */
  readonly cache?: string | undefined;
}

/**
 * Creates an MSAL client for one request, over one session's tokens.
 *
 * A client shared between people writes one person's tokens into another's partition, and its cost
 * grows with the number of people; a client for each request costs microseconds because the metadata
 * is supplied. See docs/decisions/0003-one-msal-client-per-request.md.
 */
export function createMsalClient(options: MsalClientOptions): ConfidentialClientApplication {
  const { client, metadata, networkClient, cache } = options;
  const { host } = new URL(metadata.token_endpoint);
  const application = new ConfidentialClientApplication({
    auth: {
      clientId: client.clientId,
      ...credentialOf(client, metadata.token_endpoint),
      // MSAL accepts https only. It sends nothing to this address: all endpoints are in the metadata,
      // and those of a sandbox on loopback are http.
      authority: `https://${host}/${tenantIdOf(metadata)}`,
      authorityMetadata: JSON.stringify(metadata),
      // Without this MSAL asks login.microsoftonline.com about a host that it does not know.
      knownAuthorities: [host],
      clientCapabilities: ["cp1"],
    },
    system: { networkClient },
  });
  if (cache !== undefined) application.getTokenCache().deserialize(cache);
  return application;
}

function credentialOf({ clientId, credential, assertion }: ClientSettings, tokenEndpoint: string) {
  if (credential.kind === "secret") return { clientSecret: credential.clientSecret };
  if (assertion === undefined) throw new Error("This credential needs assertions");
  return { clientAssertion: () => assertion({ clientId, tokenEndpoint }) };
}
