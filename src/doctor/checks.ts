import { createClientAssertion } from "../auth/client-assertion.js";
import { type AuthorityMetadata, createAuthority } from "../auth/authority.js";
import { createMsalClient } from "../auth/msal-client.js";
import { createNetworkClient } from "../auth/network-client.js";
import { readTokenRefusal } from "../challenge/token-refusal.js";
import type { Config } from "../config/config.js";
import { createOutboundFetch } from "../outbound-fetch.js";
import { sendApiRequest } from "../protected-api/send-api-request.js";

/** What one check found. */
export interface Finding {
  readonly ok: boolean;
  /** One sentence; it names the setting that is wrong and holds no secret. */
  readonly text: string;
}

/**
 * Checks the settings against the authority and the APIs that they name. Nobody signs in, so whether
 * the redirect URI is registered stays open. Never throws.
 */
export async function checkConfig(config: Config): Promise<readonly Finding[]> {
  const allowed = [config.authority.cloudInstance, config.graphApiEndpoint];
  if (config.payroll !== undefined) allowed.push(config.payroll.url);
  const fetch = createOutboundFetch({ allowed, fetch: globalThis.fetch });
  const authority = createAuthority(config.authority, { fetch, now: Date.now });
  const findings: Finding[] = [];
  try {
    const metadata = await authority.metadata();
    findings.push(good(`The authority answers; its issuer is ${metadata.issuer}.`));
    findings.push(await checkClient(config, metadata, fetch));
  } catch (error) {
    const reason = error instanceof Error ? error.message : "It does not answer.";
    findings.push(bad(`CLOUD_INSTANCE or TENANT_ID: ${reason}`));
  }
  findings.push(await checkApi("GRAPH_API_ENDPOINT", `${config.graphApiEndpoint}/v1.0/me`, fetch));
  if (config.payroll !== undefined) {
    findings.push(await checkApi("PAYROLL_API_URL", `${config.payroll.url}/payslips`, fetch));
  }
  return findings;
}

/** Asks for a token of the app's own; what it may do with it is not the question. */
async function checkClient(
  { client }: Config,
  metadata: AuthorityMetadata,
  fetch: typeof globalThis.fetch,
): Promise<Finding> {
  const networkClient = createNetworkClient({ fetch, wait: () => Promise.resolve() });
  const assertion = createClientAssertion(client.credential, Date.now);
  const application = createMsalClient({
    client: { ...client, assertion },
    metadata,
    networkClient,
  });
  const scopes = ["https://graph.microsoft.com/.default"];
  await application.acquireTokenByClientCredential({ scopes }).catch(() => null);
  const answer = networkClient.lastAnswer();
  if (answer === undefined) return bad("The credential of the client cannot be used.");
  const refusal = readTokenRefusal({ ...answer, now: Date.now() });
  const { error, aadsts } = refusal?.support ?? {};
  const isRefused = error === "invalid_client" || error === "unauthorized_client";
  if (refusal?.handling === "transient")
    return bad("The token endpoint does not answer as it should.");
  if (!isRefused) return good("The authority accepts the client and its credential.");
  const number = aadsts === undefined ? "" : ` (AADSTS${aadsts})`;
  return bad(`CLIENT_ID or its credential is not accepted${number}.`);
}

/** An API that protects itself answers 401 to a call without a usable token. */
async function checkApi(
  setting: string,
  url: string,
  fetch: typeof globalThis.fetch,
): Promise<Finding> {
  const { status } = await sendApiRequest({ url }, "not-a-token", fetch);
  if (status === 401) return good(`${setting} answers and asks for a token.`);
  if (status === 0) return bad(`${setting} does not answer.`);
  return bad(`${setting} answers with status ${status} where 401 is expected.`);
}

function good(text: string): Finding {
  return { ok: true, text };
}

function bad(text: string): Finding {
  return { ok: false, text };
}
