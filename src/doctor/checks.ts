import { createClientAssertion } from "../auth/client-assertion.js";
import { type AuthorityMetadata, createAuthority } from "../auth/authority/authority.js";
import { createMsalClient } from "../auth/msal-client.js";
import { createNetworkClient } from "../auth/network-client.js";
import { readTokenRefusal } from "../challenge/token-refusal.js";
import { outboundAddresses, type ApiSettings, type Config } from "../config/config.js";
import { UpstreamError, type UpstreamDetails } from "../errors.js";
import { createOutboundFetch, type OutboundFetch } from "../outbound-fetch.js";
import { sendApiRequest } from "../protected-api/send-api-request.js";
import { PAGES } from "../web/api-pages/pages.js";

/** The result of one check. */
export interface Finding {
  readonly ok: boolean;
  /** One sentence; it names the setting that is wrong and holds no secret. */
  readonly text: string;
}

/**
 * Checks the settings against the authority and the APIs that they name. Nobody signs in, so it does
 * not check whether the redirect URI is registered. Never throws.
 */
export async function checkConfig(config: Config): Promise<readonly Finding[]> {
  const allowed = outboundAddresses(config);
  const fetch = createOutboundFetch({ allowed, proxy: config.proxy });
  const { clientId } = config.client;
  const authority = createAuthority(config.authority, { clientId, fetch, now: Date.now });
  const findings: Finding[] = [];
  try {
    const metadata = await authority.metadata();
    findings.push(good(`The authority responds; its issuer is ${metadata.issuer}.`));
    findings.push(await checkClient(config, metadata, fetch));
  } catch (error) {
    findings.push(bad(`CLOUD_INSTANCE or TENANT_ID: ${describeFailure(error)}`));
  }
  for (const api of config.apis) findings.push(await checkApi(api, fetch));
  return findings;
}

/** Describes an error with the address and the response, which the message for people lacks. */
function describeFailure(error: unknown): string {
  if (!(error instanceof UpstreamError)) return "the check failed.";
  return `${error.message}${describeDetails(error.details)}`;
}

function describeDetails({ address, status, aadsts, reason }: UpstreamDetails): string {
  if (address === undefined) return "";
  const facts = [
    status === undefined ? [] : [`status ${status}`],
    aadsts === undefined ? [] : [`AADSTS${aadsts}`],
    reason ?? [],
  ].flat();
  return ` ${address}: ${facts.join(", ")}.`;
}

/** Checks that the authority issues the app a token of its own, whatever its permissions. */
async function checkClient(
  { client }: Config,
  metadata: AuthorityMetadata,
  fetch: OutboundFetch,
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
  const response = networkClient.lastResponse();
  if (response === undefined) return bad("The credential of the client cannot be used.");
  const refusal = readTokenRefusal({ ...response, now: Date.now() });
  const { error, aadsts } = refusal?.support ?? {};
  const isRefused = error === "invalid_client" || error === "unauthorized_client";
  if (refusal?.handling === "transient") {
    const { status, failure: reason } = response;
    const details = { address: metadata.token_endpoint, status: status || undefined, reason };
    return bad(`The token endpoint is unavailable.${describeDetails(details)}`);
  }
  if (!isRefused) return good("The authority accepts the client and its credential.");
  const number = aadsts === undefined ? "" : ` (AADSTS${aadsts})`;
  return bad(`CLIENT_ID or its credential is not accepted${number}.`);
}

/** Checks that an API responds with 401 to a call without a valid token. */
async function checkApi(
  { name, url, setting = name }: ApiSettings,
  fetch: OutboundFetch,
): Promise<Finding> {
  const resource = PAGES.find((page) => page.api === name)?.resource ?? "";
  const address = `${url}${resource}`;
  const { status } = await sendApiRequest({ url: address }, "not-a-token", fetch);
  if (status === 401) return good(`${setting}: ${name} responds and asks for a token.`);
  if (status === 0) return bad(`${setting}: ${name} does not respond at ${address}.`);
  const expected = "where 401 is expected";
  return bad(`${setting}: ${name} responds with status ${status} ${expected}. ${address}`);
}

function good(text: string): Finding {
  return { ok: true, text };
}

function bad(text: string): Finding {
  return { ok: false, text };
}
