import type { ChallengeResponse } from "../challenge/api-challenge.js";
import type { OutboundFetch } from "../outbound-fetch.js";
import { readRetryAfter } from "../challenge/retry-after.js";

/** The longest an API may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** A request to an API, without its token. */
export interface ApiRequest {
  readonly url: string;
  readonly method?: "GET" | "POST";
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An API's response. The status is 0 when there was none in time, or one too large. */
export interface ApiResponse extends ChallengeResponse {
  readonly retryAfterSeconds?: number | undefined;
  /** The parsed JSON; undefined when the body is none. */
  readonly body: unknown;
}

/** Sends a request with an access token. Never throws: a failure is a response with status 0. */
export async function sendApiRequest(
  request: ApiRequest,
  accessToken: string,
  fetch: OutboundFetch,
): Promise<ApiResponse> {
  const { url, method = "GET", body, headers } = request;
  const json = body === undefined ? undefined : JSON.stringify(body);
  // Unlike that of AbortSignal.timeout, the timer does not outlive a request that ends in time.
  const timeLimit = new AbortController();
  const timer = setTimeout(() => {
    timeLimit.abort();
  }, TIMEOUT_MS);
  try {
    // On /trace: call
    const response = await fetch(url, {
      method,
      redirect: "manual",
      signal: timeLimit.signal,
      headers: {
        Accept: "application/json",
        ...(json !== undefined && { "Content-Type": "application/json" }),
        ...headers,
        Authorization: `Bearer ${accessToken}`,
      },
      ...(json !== undefined && { body: json }),
    });
    return {
      status: response.status,
      wwwAuthenticate: response.headers.get("WWW-Authenticate"),
      retryAfterSeconds: readRetryAfter(response.headers.get("Retry-After"), Date.now()),
      body: parseJson(await response.text()),
    };
  } catch {
    return { status: 0, wwwAuthenticate: null, body: undefined };
  } finally {
    clearTimeout(timer);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
