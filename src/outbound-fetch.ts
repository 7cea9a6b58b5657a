import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { Agent, type Dispatcher } from "undici";
import { createProxyDispatcher, type OutboundProxy } from "./outbound-proxy.js";

/** The largest body that is read, in bytes, as received and decoded; a real one is under 100 KB. */
const MAX_BODY_BYTES = 256 * 1024;

/** Connections to one origin; further requests wait for one of them. */
const MAX_CONNECTIONS = 128;

/**
 * How long a server may take to send its headers, and between two parts of a body, in milliseconds. A
 * connection may take as long to open: undici's default.
 */
const TIMEOUT_MS = 10_000;

const LIMITS = {
  connections: MAX_CONNECTIONS,
  headersTimeout: TIMEOUT_MS,
  bodyTimeout: TIMEOUT_MS,
  maxResponseSize: MAX_BODY_BYTES,
};

/** A request; the part of `fetch`'s options that is used here. */
export interface OutboundRequest {
  readonly method?: "GET" | "POST";
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Ends the request; the limit of its time in all. */
  readonly signal?: AbortSignal;
  readonly redirect?: "manual";
}

/** A response whose body has been read; the part of `fetch`'s response that is used here. */
export interface OutboundResponse {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: {
    /** Returns a header with its lines joined, or null. */
    readonly get: (name: string) => string | null;
  };
  /** Returns the body. */
  readonly text: () => Promise<string>;
  /** Returns the parsed body; rejects when it is no JSON. */
  readonly json: () => Promise<unknown>;
}

/** Sends a request. `fetch` of the platform is one of these. */
export type OutboundFetch = (url: string, init?: OutboundRequest) => Promise<OutboundResponse>;

/** Options of {@link createOutboundFetch}. */
export interface OutboundOptions {
  /** Addresses whose origins may be contacted. */
  readonly allowed: readonly string[];
  /** The proxy for calls to https addresses. */
  readonly proxy?: OutboundProxy | undefined;
}

const DECODERS: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/**
 * Creates the function through which the web app calls the authority and the APIs.
 *
 * It contacts configured origins only, so that no address from outside is followed. It follows no
 * redirect, which would carry a client secret or an access token along. It reads at most 256 KB and
 * resolves when the body is complete. Each origin has a pool of connections that are kept alive.
 *
 * The function throws TypeError for another origin and for a body that is too large, and the error of
 * the connection, with a `code`, when there is no response.
 */
export function createOutboundFetch({ allowed, proxy }: OutboundOptions): OutboundFetch {
  const origins = new Set(allowed.map((url) => new URL(url).origin));
  const dispatcher = proxy === undefined ? new Agent(LIMITS) : createProxyDispatcher(proxy, LIMITS);

  return async (url, { method = "GET", headers = {}, body, signal } = {}) => {
    const { origin, pathname, search } = new URL(url);
    if (!origins.has(origin)) throw new TypeError("That host is not configured");
    const path = pathname + search;
    const options = { dispatcher, origin, path, method, headers, body: body ?? null };
    try {
      signal?.throwIfAborted();
      return responseOf(await send(options, signal));
    } catch (cause) {
      if (!isTooLarge(cause)) throw cause;
      throw new TypeError("The response is too large", { cause });
    }
  };
}

/** A response as it arrives. */
interface Received {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly parts: Buffer[];
}

/**
 * Sends a request, and resolves when the body is complete. It uses undici's `dispatch`, since its
 * `request` creates a stream for each body. Rejects as soon as the signal says so, also while the
 * request waits for a connection; then it is never sent.
 */
function send(
  { dispatcher, ...options }: Dispatcher.DispatchOptions & { readonly dispatcher: Dispatcher },
  signal: AbortSignal | undefined,
): Promise<Received> {
  const received: Received = { status: 0, headers: {}, parts: [] };
  return new Promise((resolve, reject) => {
    let sent: Dispatcher.DispatchController | undefined;

    function end(): void {
      const reason = signal?.reason as Error;
      sent?.abort(reason);
      reject(reason);
    }

    signal?.addEventListener("abort", end, { once: true });
    dispatcher.dispatch(options, {
      onRequestStart: (controller) => {
        sent = controller;
        if (signal?.aborted === true) end();
      },
      // Also called for 1xx, before the response proper.
      onResponseStart: (_controller, status, headers) => {
        Object.assign(received, { status, headers });
      },
      onResponseData: (_controller, part) => {
        received.parts.push(part);
      },
      onResponseEnd: () => {
        signal?.removeEventListener("abort", end);
        resolve(received);
      },
      onResponseError: (_controller, error) => {
        signal?.removeEventListener("abort", end);
        reject(error);
      },
    });
  });
}

/** Returns whether a body exceeded the limit, as received (undici) or decoded (zlib). */
function isTooLarge(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return ["UND_ERR_RES_EXCEEDED_MAX_SIZE", "ERR_BUFFER_TOO_LARGE"].includes(String(error.code));
}

/** Undoes a content coding that the server applied although the request does not accept any. */
function decode({ headers, parts }: Received): string {
  const bytes = Buffer.concat(parts);
  const coding = headers["content-encoding"];
  const decoder = typeof coding === "string" ? DECODERS[coding.toLowerCase()] : undefined;
  const decoded = decoder?.(bytes, { maxOutputLength: MAX_BODY_BYTES }) ?? bytes;
  return decoded.toString("utf8");
}

function responseOf(received: Received): OutboundResponse {
  const { status, headers } = received;
  const text = decode(received);
  return {
    status,
    ok: status >= 200 && status < 300,
    headers: {
      get: (name) => {
        const value = headers[name.toLowerCase()];
        if (value === undefined) return null;
        return typeof value === "string" ? value : value.join(", ");
      },
    },
    text: () => Promise.resolve(text),
    json: () => Promise.resolve().then(() => JSON.parse(text) as unknown),
  };
}
