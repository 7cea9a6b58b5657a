import type { INetworkModule, NetworkRequestOptions } from "@azure/msal-node";

/** The time a token request may take in all, its one retry included, in milliseconds. */
const TOTAL_TIMEOUT_MS = 10_000;

/** The time the first of two tries may take, in milliseconds. */
const FIRST_TRY_TIMEOUT_MS = 5_000;

/** The longest `Retry-After` we wait out ourselves, in milliseconds. */
const MAX_RETRY_WAIT_MS = 3_000;

/** What the token endpoint really said, before MSAL makes something else of it. */
export interface TokenEndpointAnswer {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly body: string;
  /** The `Retry-After` header. */
  readonly retryAfter?: string;
  /** Why there was no answer. A certificate that does not fit is nothing that a retry could mend. */
  readonly failure?: "network" | "certificate";
}

/** What {@link createNetworkClient} needs. */
export interface NetworkDependencies {
  /** Bounds the answer and follows no redirect. */
  readonly fetch: typeof fetch;
  /** Waits; tests hand in one that does not. */
  readonly wait: (ms: number) => Promise<void>;
}

/** MSAL's network client, which also tells what passed through it last. */
export interface RecordingNetworkClient extends INetworkModule {
  readonly lastAnswer: () => TokenEndpointAnswer | undefined;
}

/** Sends nothing: for what must come from the cache or not at all. */
export const NO_NETWORK: INetworkModule = {
  sendGetRequestAsync: refuseToSend,
  sendPostRequestAsync: refuseToSend,
};

/**
 * Gives a network client for one operation of one MSAL client.
 *
 * MSAL's own has no time limit, follows redirects (a 307 would send the client secret to another
 * origin), and drops the claims of several refusals before anybody sees them. This one bounds the
 * time, keeps the answer, and tries once more when that is safe: a refresh token may be sent twice,
 * an authorization code never (RFC 6749 §4.1.2).
 */
export function createNetworkClient(dependencies: NetworkDependencies): RecordingNetworkClient {
  let last: TokenEndpointAnswer | undefined;

  async function post(url: string, options: NetworkRequestOptions = {}) {
    last = await sendWithRetry({ url, options }, dependencies);
    return { headers: {}, status: last.status, body: parseObject(last.body) };
  }

  return {
    lastAnswer: () => last,
    // MSAL names the type of the body that it hopes for; it checks nothing, and neither can we here.
    sendPostRequestAsync: post as INetworkModule["sendPostRequestAsync"],
    // All metadata is supplied: MSAL has nothing to get.
    sendGetRequestAsync: refuseToSend,
  };
}

async function refuseToSend(): Promise<never> {
  return Promise.reject(new Error("Nothing may be sent now"));
}

interface TokenRequest {
  readonly url: string;
  readonly options: NetworkRequestOptions;
}

async function sendWithRetry(
  request: TokenRequest,
  { fetch, wait }: NetworkDependencies,
): Promise<TokenEndpointAnswer> {
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

/** When to send the request once more, or `undefined` for never. */
function retryWaitMs(answer: TokenEndpointAnswer): number | undefined {
  if (answer.failure === "certificate" || answer.status === 429) return undefined;
  if (answer.status >= 400 && answer.status < 500) return undefined;
  if (answer.status === 200 && isTokenResponse(answer.body)) return undefined;
  const askedMs = Number(answer.retryAfter ?? 0) * 1000;
  if (!(askedMs >= 0) || askedMs > MAX_RETRY_WAIT_MS) return undefined;
  return askedMs + 100 + Math.random() * 300;
}

async function send(
  { url, options }: TokenRequest,
  timeoutMs: number,
  fetch: NetworkDependencies["fetch"],
): Promise<TokenEndpointAnswer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      signal: AbortSignal.timeout(timeoutMs),
      ...(options.headers !== undefined && { headers: options.headers }),
      ...(options.body !== undefined && { body: options.body }),
    });
    const retryAfter = response.headers.get("Retry-After");
    const body = await response.text();
    return { status: response.status, body, ...(retryAfter !== null && { retryAfter }) };
  } catch (error) {
    return { status: 0, body: "", failure: isCertificateError(error) ? "certificate" : "network" };
  }
}

/** Node's codes for a certificate that does not verify: `CERT_…`, `…_CERT…`, `ERR_TLS_…`. */
function isCertificateError(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error) || !("code" in cause)) return false;
  return /CERT|^ERR_TLS|^UNABLE_TO_/.test(String(cause.code));
}

/** Whether the body is a token response with a token in it (RFC 6749 §5.1). */
function isTokenResponse(body: string): boolean {
  const token = parseObject(body).access_token;
  return typeof token === "string" && token !== "";
}

/** MSAL reads properties off the body whatever it is, so it always gets an object. */
function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
