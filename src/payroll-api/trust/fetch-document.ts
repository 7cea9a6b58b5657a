import { UpstreamError } from "../../errors.js";

/** Seconds after a failure during which the authority is not asked, and which callers wait. */
export const RETRY_AFTER_SECONDS = 5;

const TIMEOUT_MS = 5_000;

/** The largest document that is read, in bytes; Entra's are under 32 KB. */
const MAX_DOCUMENT_BYTES = 256 * 1024;

interface DocumentFetchOptions {
  readonly fetch: typeof globalThis.fetch;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Fetches a JSON document of the authority and returns the result of `read`, which throws
 * {@link UpstreamError} for an unsuitable document.
 */
export type DocumentFetch = <Content>(
  url: string,
  read: (document: unknown) => Content,
) => Promise<Content>;

/**
 * Creates the function that fetches the authority's documents: at most 256 KB, at most five
 * seconds, no redirect.
 *
 * Anybody can cause a request for keys with a token that has an unknown `kid`. So after a failure
 * the function sends no request for {@link RETRY_AFTER_SECONDS} and throws the same error again.
 */
export function createDocumentFetch({ fetch, now }: DocumentFetchOptions): DocumentFetch {
  let failure: { readonly error: UpstreamError; readonly until: number } | undefined;

  return async (url, read) => {
    if (failure !== undefined && now() < failure.until) throw failure.error;
    try {
      return read(await fetchJson(url, fetch));
    } catch (cause) {
      const error = cause instanceof UpstreamError ? cause : unavailable(cause);
      failure = { error, until: now() + RETRY_AFTER_SECONDS * 1000 };
      throw error;
    }
  };
}

async function fetchJson(url: string, fetch: typeof globalThis.fetch): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { signal, redirect: "error" });
  if (!response.ok) throw new Error(`The authority responded with status ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > MAX_DOCUMENT_BYTES) throw new Error("The authority's document is too large");
    chunks.push(bytes);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function unavailable(cause: unknown): UpstreamError {
  const message = "The authority does not answer, so no token can be checked. Try again later.";
  return new UpstreamError("ERR_AUTHORITY_UNAVAILABLE", message, { cause });
}
