/** The largest answer we read, in bytes; a real one is under 100 KB. */
const MAX_BODY_BYTES = 256 * 1024;

/** Statuses whose answers have no body (Fetch §2.2.3). */
const NULL_BODY_STATUSES = new Set([204, 205, 304]);

/** What {@link createOutboundFetch} needs. */
export interface OutboundOptions {
  /** Addresses whose origins may be contacted. */
  readonly allowed: readonly string[];
  readonly fetch: typeof fetch;
}

/**
 * Gives the one `fetch` through which the web app speaks to the authority and the APIs.
 *
 * It contacts configured origins only, so no text from outside can make it contact another one. It
 * follows no redirect, which would take a client secret or an access token along. It reads at most
 * 256 KB, and the caller gets the answer when it is here whole. The time limit is the caller's
 * `signal`.
 *
 * The function throws TypeError for another origin and for an answer that is too large.
 */
export function createOutboundFetch({ allowed, fetch }: OutboundOptions): typeof fetch {
  const origins = new Set(allowed.map((url) => new URL(url).origin));

  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!origins.has(new URL(url).origin)) throw new TypeError("That host is not configured");
    const response = await fetch(input, { ...init, redirect: "manual" });
    const body = await readBounded(response);
    const { status, statusText, headers } = response;
    return new Response(NULL_BODY_STATUSES.has(status) ? null : body, {
      status,
      statusText,
      headers,
    });
  };
}

async function readBounded(response: Response): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = (response.body ?? []) as AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new TypeError("The answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
