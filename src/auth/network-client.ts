import type { INetworkModule, NetworkRequestOptions } from "@azure/msal-node";
import { decodeJwt } from "jose";
import type { OutboundFetch } from "../outbound-fetch.js";
import type { TokenResponse } from "../challenge/token-refusal.js";

/** The time that a token request may take in all, including its one retry, in milliseconds. */
const TOTAL_TIMEOUT_MS = 10_000;

/** The time that the first of two tries may take, in milliseconds. */
const FIRST_TRY_TIMEOUT_MS = 5_000;

/** The longest `Retry-After` after which the app retries by itself, in milliseconds. */
const MAX_RETRY_WAIT_MS = 3_000;

/** A response of the token endpoint as it was received, before MSAL interprets it. */
export type ReceivedResponse = Omit<TokenResponse, "grant" | "now"> & {
  readonly body: string;
  /** The sender's clock, in milliseconds since the epoch. */
  readonly authorityTime?: number;
};

/** What {@link createNetworkClient} sends with. */
export interface NetworkDependencies {
  /** Bounds the response. */
  readonly fetch: OutboundFetch;
  /** Waits that many milliseconds before a retry. */
  readonly wait: (ms: number) => Promise<void>;
  /** What is kept of the session's ID token; MSAL gets it with a refresh response that has none. */
  readonly keptIdToken?: string | undefined;
}

/** MSAL's network client, with the last response that it received. */
export interface RecordingNetworkClient extends INetworkModule {
  /** Returns the last response, or undefined when no request was sent. */
  readonly lastResponse: () => ReceivedResponse | undefined;
}

/** Sends nothing: for operations that need no request. */
export const NO_NETWORK: INetworkModule = {
  sendGetRequestAsync: refuseToSend,
  sendPostRequestAsync: refuseToSend,
};

/**
 * Creates a network client for one operation of one MSAL client.
 *
 * MSAL's own has no time limit, follows redirects (a 307 would send the client secret to another
 * origin), and drops the claims of several refusals. This one bounds the time, follows no redirect,
 * keeps the response, and retries once when that is safe: a refresh token may be sent twice, an
 * authorization code only once (RFC 6749 §4.1.2).
 */
export function createNetworkClient(dependencies: NetworkDependencies): RecordingNetworkClient {
  let last: ReceivedResponse | undefined;

  async function post(url: string, options: NetworkRequestOptions = {}) {
    last = await sendWithRetry({ url, options }, dependencies);
    return { headers: {}, status: last.status, body: bodyForMsal(last.body, dependencies) };
  }

  return {
    lastResponse: () => last,
    // MSAL names the type of the body that it expects and does not check it.
    sendPostRequestAsync: post as INetworkModule["sendPostRequestAsync"],
    // All metadata is supplied, so MSAL fetches nothing.
    sendGetRequestAsync: refuseToSend,
  };
}

async function refuseToSend(): Promise<never> {
  return Promise.reject(new Error("This operation sends no request"));
}

interface TokenRequest {
  readonly url: string;
  readonly options: NetworkRequestOptions;
}

async function sendWithRetry(
  request: TokenRequest,
  { fetch, wait }: NetworkDependencies,
): Promise<ReceivedResponse> {
  const grant = new URLSearchParams(request.options.body).get("grant_type");
  if (grant !== "refresh_token") return send(request, TOTAL_TIMEOUT_MS, fetch);
  const startedAt = performance.now();
  const first = await send(request, FIRST_TRY_TIMEOUT_MS, fetch);
  const waitMs = retryWaitMs(first);
  if (waitMs === undefined) return first;
  await wait(waitMs);
  const leftMs = TOTAL_TIMEOUT_MS - Math.ceil(performance.now() - startedAt);
  return leftMs > 0 ? send(request, leftMs, fetch) : first;
}

/** Returns when to retry, in milliseconds, or undefined for never. */
function retryWaitMs(response: ReceivedResponse): number | undefined {
  if (response.failure === "certificate") return undefined;
  if (response.status >= 400 && response.status < 500) return undefined;
  if (response.status === 200 && isTokenResponse(response.body)) return undefined;
  const askedMs = Number(response.retryAfter ?? 0) * 1000;
  if (!(askedMs >= 0) || askedMs > MAX_RETRY_WAIT_MS) return undefined;
  return askedMs + 100 + Math.random() * 300;
}

async function send(
  { url, options }: TokenRequest,
  timeoutMs: number,
  fetch: OutboundFetch,
): Promise<ReceivedResponse> {
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
      ...(options.headers !== undefined && { headers: options.headers }),
      ...(options.body !== undefined && { body: options.body }),
    });
    const retryAfter = response.headers.get("Retry-After");
    const body = await response.text();
    const authorityTime = Date.parse(response.headers.get("Date") ?? "");
    const { status } = response;
    return { status, body, authorityTime, ...(retryAfter !== null && { retryAfter }) };
  } catch (error) {
    return { status: 0, body: "", failure: isCertificateError(error) ? "certificate" : "network" };
  }
}

/** Returns whether a certificate did not verify: `CERT_…`, `…_CERT…`, `ERR_TLS_…`. */
export function isCertificateError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return /CERT|^ERR_TLS|^UNABLE_TO_/.test(code) || isCertificateError(error.cause);
}

/** Returns whether the body is a token response with a token (RFC 6749 §5.1). */
function isTokenResponse(body: string): boolean {
  const token = parseObject(body).access_token;
  return typeof token === "string" && token !== "";
}

/**
 * Returns the body as MSAL shall cache it.
 *
 * Without its `scope`, so that MSAL caches the token for the scopes of the request, as RFC 6749 §5.1 has
 * it for a response without one. With the granted scopes as the name, a token would not be found again
 * when fewer were granted, and be kept twice when they are written in another order (§3.3).
 *
 * With the session's ID token when a refresh response has none, which is legal (OpenID Connect Core
 * §12.2): without one MSAL returns no account and the token is never found again.
 *
 * With a `client_info` of the ID token's claims, which are verified before anything is kept. MSAL names
 * the account by it, and the one of the response is not signed.
 */
function bodyForMsal(
  text: string,
  { keptIdToken }: Pick<NetworkDependencies, "keptIdToken">,
): Record<string, unknown> {
  const body = parseObject(text);
  delete body.scope;
  body.id_token ??= keptIdToken;
  body.client_info = clientInfoOf(body.id_token);
  return body;
}

function clientInfoOf(idToken: unknown): string | undefined {
  try {
    const { oid: uid, tid: utid } = decodeJwt(String(idToken));
    return Buffer.from(JSON.stringify({ uid, utid })).toString("base64url");
  } catch {
    return undefined;
  }
}

/** Parses a body for MSAL, which reads properties of it without a check: always an object. */
function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
