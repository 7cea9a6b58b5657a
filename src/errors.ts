/**
 * Base of all errors of this project. The class says who can act, and the code says what happened. The
 * message is safe to show to anybody; `cause` keeps the original error for the log.
 */
export abstract class AppError extends Error {
  /** The HTTP status of the page that reports it. */
  abstract readonly status: number;
  /** A stable name that starts with `ERR_`. */
  abstract readonly code: string;
}

/** The settings are wrong; only the operator can act. */
export class ConfigError extends AppError {
  override readonly name = "ConfigError";
  readonly status = 500;
  readonly code = "ERR_CONFIG";
  /** All problems, each as a sentence with the name of the setting and without secrets. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(
      ["Configuration is incomplete:", ...problems.map((each) => `  - ${each}`)].join("\n"),
      options,
    );
    this.problems = problems;
  }
}

/** Codes of {@link RequestError}. */
export type RequestErrorCode =
  | "ERR_BAD_REQUEST"
  | "ERR_CROSS_SITE_REQUEST"
  | "ERR_METHOD_NOT_ALLOWED"
  | "ERR_NOT_FOUND"
  | "ERR_TOO_MANY_REQUESTS";

const REQUEST_ERROR_STATUS: Readonly<Record<RequestErrorCode, number>> = {
  ERR_BAD_REQUEST: 400,
  ERR_CROSS_SITE_REQUEST: 403,
  ERR_METHOD_NOT_ALLOWED: 405,
  ERR_NOT_FOUND: 404,
  ERR_TOO_MANY_REQUESTS: 429,
};

/** The browser's request is not accepted; the same request fails again, but for too many of them. */
export class RequestError extends AppError {
  override readonly name = "RequestError";
  readonly code: RequestErrorCode;
  readonly status: number;

  constructor(code: RequestErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = REQUEST_ERROR_STATUS[code];
  }
}

/** Codes of {@link SignInError}. */
export type SignInErrorCode =
  "ERR_ID_TOKEN_INVALID" | "ERR_ISSUER_MISMATCH" | "ERR_SIGNED_OUT_MEANWHILE";

/** The sign-in cannot be completed; the person has to start again. */
export class SignInError extends AppError {
  override readonly name = "SignInError";
  readonly status = 400;
  readonly code: SignInErrorCode;

  constructor(code: SignInErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Codes of {@link UpstreamError}. */
export type UpstreamErrorCode =
  | "ERR_AUTHORITY_UNAVAILABLE"
  | "ERR_AUTHORITY_UNFIT"
  | "ERR_AUTHORITY_UNTRUSTED"
  | "ERR_BAD_CHALLENGE"
  | "ERR_CLIENT_CREDENTIAL"
  | "ERR_CLOCK_SKEW"
  | "ERR_STORE_UNAVAILABLE";

const UPSTREAM_ERROR_STATUS: Readonly<Record<UpstreamErrorCode, number>> = {
  ERR_AUTHORITY_UNAVAILABLE: 503,
  ERR_AUTHORITY_UNFIT: 502,
  ERR_AUTHORITY_UNTRUSTED: 503,
  ERR_BAD_CHALLENGE: 502,
  ERR_CLIENT_CREDENTIAL: 500,
  ERR_CLOCK_SKEW: 500,
  ERR_STORE_UNAVAILABLE: 503,
};

/** Facts about a failure, for the log and the doctor; no text that somebody else wrote. */
export interface UpstreamDetails {
  /** The address of the request. */
  readonly address?: string | undefined;
  readonly status?: number | undefined;
  readonly aadsts?: number | undefined;
  /** The system's code of a failed connection, such as `ECONNREFUSED`. */
  readonly reason?: string | undefined;
}

/** The authority, an API or the store failed; a later attempt may succeed. */
export class UpstreamError extends AppError {
  override readonly name = "UpstreamError";
  readonly code: UpstreamErrorCode;
  readonly status: number;

  readonly details: UpstreamDetails;

  constructor(
    code: UpstreamErrorCode,
    message: string,
    options: ErrorOptions & { readonly details?: UpstreamDetails | undefined } = {},
  ) {
    const { details = {}, ...rest } = options;
    super(message, rest);
    this.code = code;
    this.details = details;
    this.status = UPSTREAM_ERROR_STATUS[code];
  }
}
