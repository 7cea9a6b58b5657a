import { readRetryAfter } from "../challenge/retry-after.js";

/** The longest an API may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** A request to an API, still without a token. */
export interface ApiRequest {
  readonly url: string;
  readonly method?: "GET" | "POST";
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an API answered. */
export interface ApiAnswer {
  /** The HTTP status; 0 when there was no answer in time, or one too large. */
  readonly status: number;
  /** The `WWW-Authenticate` lines as one list; `null` when there is none. */
  readonly wwwAuthenticate: string | null;
  readonly retryAfterSeconds?: number;
  /** The parsed JSON; `undefined` when the answer holds none. */
  readonly body: unknown;
}

/** Sends a request with an access token. It never throws: an API that fails is an answer too. */
export async function sendApiRequest(
  request: ApiRequest,
  accessToken: string,
  fetch: typeof globalThis.fetch,
): Promise<ApiAnswer> {
  try {
    const response = await fetch(request.url, {
      method: request.method ?? "GET",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        Accept: "application/json",
        ...(request.body !== undefined && { "Content-Type": "application/json" }),
        ...request.headers,
        Authorization: `Bearer ${accessToken}`,
      },
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    });
    const retryAfterSeconds = readRetryAfter(response.headers.get("Retry-After"), Date.now());
    return {
      status: response.status,
      wwwAuthenticate: response.headers.get("WWW-Authenticate"),
      body: parseJson(await response.text()),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    };
  } catch {
    return { status: 0, wwwAuthenticate: null, body: undefined };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
