import { UpstreamError, type UpstreamDetails } from "../../errors.js";

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
      const error = cause instanceof UpstreamError ? cause : unavailable(cause, url);
      failure = { error, until: now() + RETRY_AFTER_SECONDS * 1000 };
      throw error;
    }
  };
}

async function fetchJson(url: string, fetch: typeof globalThis.fetch): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { signal, redirect: "error" });
  const details = { address: url, status: response.status };
  const text = await readBounded(response);
  if (isRefusal(response.status)) throw refused(text, details);
  if (!response.ok) throw silent(undefined, details);
  return JSON.parse(text);
}

async function readBounded(response: Response): Promise<string> {
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

/** Returns whether a repeated request gets the same response: 408 and 429 pass by themselves. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** Returns the error of a refused request; of the response it has only the AADSTS number. */
function refused(body: string, details: UpstreamDetails): UpstreamError {
  const number = /\bAADSTS(\d{4,8})\b/.exec(body)?.[1];
  const aadsts = number === undefined ? undefined : Number(number);
  const said = `status ${details.status ?? 0}${number === undefined ? "" : ` (AADSTS${number})`}`;
  const setting = number === undefined ? "CLOUD_INSTANCE and TENANT_ID" : "TENANT_ID";
  const message = `The authority refuses discovery with ${said}; look at ${setting}.`;
  return new UpstreamError("ERR_AUTHORITY_UNFIT", message, { details: { ...details, aadsts } });
}

function unavailable(cause: unknown, address: string): UpstreamError {
  const code = codeOf(cause);
  const details = { address, reason: code };
  if (!/CERT|^ERR_TLS|^UNABLE_TO_/.test(code ?? "")) return silent(cause, details);
  const message = "The authority's certificate is not valid, so no token can be checked.";
  return new UpstreamError("ERR_AUTHORITY_UNTRUSTED", message, { cause, details });
}

/** Returns the system's code of a failed connection. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
}

function silent(cause: unknown, details: UpstreamDetails): UpstreamError {
  const message = "The authority does not answer, so no token can be checked. Try again later.";
  return new UpstreamError("ERR_AUTHORITY_UNAVAILABLE", message, { cause, details });
}
