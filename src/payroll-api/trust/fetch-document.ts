import { UpstreamError } from "../../errors.js";

/** Seconds after a failure during which the authority is left alone, and callers told to wait. */
export const RETRY_AFTER_SECONDS = 5;

const TIMEOUT_MS = 5_000;

/** The largest document we read, in bytes; Entra's are under 32 KB. */
const MAX_DOCUMENT_BYTES = 256 * 1024;

/** What {@link createDocumentFetch} needs. */
export interface DocumentFetchDependencies {
  readonly fetch: typeof globalThis.fetch;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Fetches one of the authority's JSON documents. `read` gives what is made of it, and throws
 * {@link UpstreamError} when it will not do.
 */
export type DocumentFetch = <Content>(
  url: string,
  read: (document: unknown) => Content,
) => Promise<Content>;

/**
 * Gives the function that fetches the authority's documents: at most 256 KB, at most five seconds,
 * no redirect. Anybody can make the API want a key by sending a token with an unknown `kid`, so
 * after a failure it does not ask again for {@link RETRY_AFTER_SECONDS}, and repeats the failure.
 *
 * The function throws {@link UpstreamError}.
 */
export function createDocumentFetch({ fetch, now }: DocumentFetchDependencies): DocumentFetch {
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
  if (!response.ok) throw new Error(`The authority answered with status ${response.status}`);
  return JSON.parse(await readText(response));
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > MAX_DOCUMENT_BYTES) throw new Error("The authority's document is too large");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function unavailable(cause: unknown): UpstreamError {
  const message = "The authority does not answer, so no token can be checked. Try again later.";
  return new UpstreamError("ERR_AUTHORITY_UNAVAILABLE", message, { cause });
}
