import type { AuthorityMetadata } from "../../auth/authority/authority.js";
import { createClientAssertion } from "../../auth/client-assertion.js";
import { createMsalClient } from "../../auth/msal-client.js";
import { createNetworkClient } from "../../auth/network-client.js";
import { readTokenRefusal } from "../../challenge/token-refusal.js";
import type { Config } from "../../config/config.js";
import type { OutboundFetch } from "../../outbound-fetch.js";
import { type Finding, ok, wrong } from "../finding.js";
import { describeDetails } from "./authority.js";

const CHECK = "client";

/** What to do about a refusal, by AADSTS number. */
const CURES: ReadonlyMap<number, string> = new Map([
  [700_016, "Copy CLIENT_ID from the overview of the app registration; it must be in this tenant."],
  [7_000_215, "Copy the value of the client secret, not its id, or create a new secret."],
  [7_000_222, "The client secret has expired: create a new one."],
  [700_027, "Upload the certificate of CLIENT_CERTIFICATE_PATH to the app registration."],
  [700_024, "The client assertion is of another time: correct the clock."],
  [70_021, "Let subject and issuer of the federated credential be those of the managed identity."],
  [700_213, "Let the subject of the federated credential be the managed identity's object id."],
  [
    7_000_112,
    "The app is disabled: enable sign-in in the properties of its enterprise application.",
  ],
]);

/** What {@link checkClient} needs besides the settings. */
export interface ClientCheckDependencies {
  readonly metadata: AuthorityMetadata;
  readonly fetch: OutboundFetch;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Checks that the authority knows the client and accepts its credential.
 *
 * Requests a token for the app itself (client credentials grant), which is discarded. It involves no
 * person and changes nothing; the tenant's sign-in log gets an entry. Whatever else the authority
 * refuses, it has authenticated the client first (RFC 6749 §5.2).
 */
export async function checkClient(
  { client }: Config,
  { metadata, fetch, now }: ClientCheckDependencies,
): Promise<Finding> {
  const networkClient = createNetworkClient({ fetch, wait: () => Promise.resolve() });
  const assertion = createClientAssertion(client.credential, now);
  const application = createMsalClient({
    client: { ...client, assertion },
    metadata,
    networkClient,
  });
  const scopes = ["https://graph.microsoft.com/.default"];
  await application.acquireTokenByClientCredential({ scopes }).catch(() => null);
  const response = networkClient.lastResponse();
  if (response === undefined) {
    const text = "The credential is unavailable, so no token request was sent.";
    const cure = "Run this where the managed identity of MANAGED_IDENTITY_CLIENT_ID is assigned.";
    return wrong(CHECK, { text, cure });
  }
  const refusal = readTokenRefusal({ ...response, now: now() });
  if (refusal?.handling === "transient") {
    const { status, failure: reason } = response;
    const details = { address: metadata.token_endpoint, status: status || undefined, reason };
    const text = `The token endpoint is unavailable.${describeDetails(details)}`;
    return wrong(CHECK, { text, cure: "Try again; check the network and HTTPS_PROXY." });
  }
  const { error, aadsts } = refusal?.support ?? {};
  return judge(error, aadsts);
}

function judge(error: string | undefined, aadsts: number | undefined): Finding {
  const isRefused = error === "invalid_client" || error === "unauthorized_client";
  if (!isRefused && !CURES.has(aadsts ?? 0)) {
    return ok(CHECK, "Entra ID accepts CLIENT_ID and its credential.");
  }
  const number = aadsts === undefined ? "" : ` (AADSTS${aadsts})`;
  const text = `CLIENT_ID or its credential is not accepted${number}.`;
  const cure =
    CURES.get(aadsts ?? 0) ?? "Compare CLIENT_ID and the credential with the app registration.";
  return wrong(CHECK, { text, cure });
}
