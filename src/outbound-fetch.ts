import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { Agent, request } from "undici";
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
    if (!origins.has(new URL(url).origin)) throw new TypeError("That host is not configured");
    const options = { dispatcher, method, headers, body: body ?? null, signal: signal ?? null };
    try {
      signal?.throwIfAborted();
      return await endedBy(signal, send(url, options));
    } catch (cause) {
      if (!isTooLarge(cause)) throw cause;
      throw new TypeError("The response is too large", { cause });
    }
  };
}

type Received = Awaited<ReturnType<typeof request>>;

async function send(
  url: string,
  options: NonNullable<Parameters<typeof request>[1]>,
): Promise<OutboundResponse> {
  const response = await request(url, options);
  const bytes = Buffer.from(await response.body.arrayBuffer());
  return responseOf(response, decode(response, bytes).toString("utf8"));
}

/**
 * Returns what `work` does, and fails as soon as the signal says so. undici reads the signal only once
 * it has a connection: not while one opens, and not while all of them are in use.
 */
async function endedBy<Result>(
  signal: AbortSignal | undefined,
  work: Promise<Result>,
): Promise<Result> {
  if (signal === undefined) return work;
  return new Promise<Result>((resolve, reject) => {
    function end(): void {
      reject(signal?.reason as Error);
    }
    signal.addEventListener("abort", end, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", end);
    });
  });
}

/** Returns whether a body exceeded the limit, as received (undici) or decoded (zlib). */
function isTooLarge(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return ["UND_ERR_RES_EXCEEDED_MAX_SIZE", "ERR_BUFFER_TOO_LARGE"].includes(String(error.code));
}

/** Undoes a content coding that the server applied although the request does not accept any. */
function decode({ headers }: Received, bytes: Buffer): Buffer {
  const coding = headers["content-encoding"];
  const decoder = typeof coding === "string" ? DECODERS[coding.toLowerCase()] : undefined;
  if (decoder === undefined) return bytes;
  return decoder(bytes, { maxOutputLength: MAX_BODY_BYTES });
}

function responseOf({ statusCode, headers }: Received, text: string): OutboundResponse {
  return {
    status: statusCode,
    ok: statusCode >= 200 && statusCode < 300,
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
