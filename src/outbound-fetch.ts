/** The largest body that is read, in bytes; a real one is under 100 KB. */
const MAX_BODY_BYTES = 256 * 1024;

/** Statuses whose responses have no body (Fetch §2.2.3). */
const NULL_BODY_STATUSES = new Set([204, 205, 304]);

/** Options of {@link createOutboundFetch}. */
export interface OutboundOptions {
  /** Addresses whose origins may be contacted. */
  readonly allowed: readonly string[];
  readonly fetch: typeof fetch;
}

/**
 * Creates the one `fetch` through which the web app calls the authority and the APIs.
 *
 * It contacts configured origins only, so that no address from outside is followed. It follows no
 * redirect, which would carry a client secret or an access token along. It reads at most 256 KB and
 * resolves when the body is complete. The time limit is the caller's `signal`.
 *
 * The function throws TypeError for another origin and for a body that is too large.
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
    if (size > MAX_BODY_BYTES) throw new TypeError("The response is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
