import { AppError } from "../errors.js";

/** How Entra words and classifies one refusal. */
interface Refusal {
  readonly error: string;
  readonly text: string;
  readonly suberror?: string;
  readonly status?: number;
}

/**
 * The refusals of the sandbox, by AADSTS number, in the classes that Entra puts them in.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/reference-error-codes | Error codes}
 */
const REFUSALS = {
  16000: {
    error: "interaction_required",
    text: "More than one account is signed in; one has to be picked.",
  },
  28000: {
    error: "invalid_scope",
    text: "The scope isn't valid because it contains more than one resource.",
  },
  50011: {
    error: "invalid_request",
    text: "The redirect URI specified in the request does not match the redirect URIs configured for the application.",
  },
  50034: {
    error: "invalid_grant",
    text: "The user account does not exist in the directory.",
    suberror: "bad_token",
  },
  50057: { error: "invalid_grant", text: "The user account is disabled." },
  50058: {
    error: "login_required",
    text: "A silent sign-in request was sent but no user is signed in.",
  },
  50076: {
    error: "interaction_required",
    text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.",
    suberror: "basic_action",
  },
  50078: {
    error: "interaction_required",
    text: "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access the resource.",
    suberror: "basic_action",
  },
  50079: {
    error: "interaction_required",
    text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.",
    suberror: "basic_action",
  },
  50105: {
    error: "invalid_grant",
    text: "The signed in user is not assigned to a role for the application.",
  },
  50126: { error: "invalid_grant", text: "Invalid username or password." },
  50147: {
    error: "invalid_request",
    text: "A code challenge of 43 characters with the method S256 is required.",
  },
  50148: {
    error: "invalid_grant",
    text: "The code_verifier that the authorization request promised is missing.",
  },
  50173: {
    error: "invalid_grant",
    text: "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
    suberror: "bad_token",
  },
  53000: {
    error: "interaction_required",
    text: "Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune.",
    suberror: "additional_action",
  },
  53003: {
    error: "invalid_grant",
    text: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    suberror: "message_only",
  },
  54005: {
    error: "invalid_grant",
    text: "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
  },
  65001: {
    error: "invalid_grant",
    text: "The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.",
    suberror: "consent_required",
  },
  65004: { error: "access_denied", text: "User declined to consent to access the app." },
  70000: { error: "invalid_grant", text: "Provided grant is invalid or malformed." },
  70003: { error: "unsupported_grant_type", text: "The app requested an unsupported grant type." },
  70005: {
    error: "unsupported_response_type",
    text: "The app requested an unsupported response type; only code is supported.",
  },
  70007: {
    error: "invalid_request",
    text: "The app requested an unsupported response mode; query and form_post are supported.",
  },
  70008: {
    error: "invalid_grant",
    text: "The provided authorization code or refresh token has expired.",
  },
  70011: {
    error: "invalid_scope",
    text: "The provided value for the input parameter 'scope' isn't valid.",
  },
  90002: { error: "invalid_tenant", text: "Tenant not found." },
  90014: { error: "invalid_request", text: "A required field is missing:" },
  90023: { error: "invalid_request", text: "The value of a parameter isn't supported:" },
  500112: {
    error: "invalid_grant",
    text: "The reply address does not match the reply address provided when requesting the authorization code.",
  },
  501481: {
    error: "invalid_grant",
    text: "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  },
  700016: {
    error: "unauthorized_client",
    text: "The application was not found in the directory.",
  },
  700027: {
    error: "invalid_client",
    text: "The client assertion failed validation.",
    status: 401,
  },
  900561: {
    error: "invalid_request",
    text: "The endpoint only accepts POST requests.",
    status: 405,
  },
  7000215: { error: "invalid_client", text: "Invalid client secret provided.", status: 401 },
  7000218: {
    error: "invalid_client",
    text: "The request must contain the following parameter: 'client_assertion' or 'client_secret', and only one of them.",
    status: 401,
  },
  9000410: { error: "invalid_request", text: "Malformed JSON." },
  9000411: {
    error: "invalid_request",
    text: "The request is not properly formatted. A parameter is duplicated:",
  },
} as const satisfies Readonly<Record<number, Refusal>>;

/** A refusal that the sandbox knows. */
export type AadstsCode = keyof typeof REFUSALS;

/** What else a refusal says. */
export interface RefusalDetails {
  /** Ends the text; never holds what the caller sent. */
  readonly detail?: string;
  /** The policy that refuses, for `claims`. */
  readonly policyId?: string;
}

/** The authority refuses, as Entra does: on its page, in a redirect, or as JSON. */
export class AuthorityError extends AppError {
  override readonly name = "AuthorityError";
  readonly code = "ERR_REFUSED_BY_AUTHORITY";
  readonly status: number;
  readonly aadsts: AadstsCode;
  /** The OAuth error code. */
  readonly error: string;
  readonly suberror: string | undefined;
  /** A claims request, as JSON text, that an interactive request should carry. */
  readonly claims: string | undefined;

  constructor(aadsts: AadstsCode, { detail, policyId }: RefusalDetails = {}) {
    const refusal: Refusal = REFUSALS[aadsts];
    super(`AADSTS${aadsts}: ${refusal.text}${detail === undefined ? "" : ` ${detail}`}`);
    this.aadsts = aadsts;
    this.error = refusal.error;
    this.suberror = refusal.suberror;
    this.status = refusal.status ?? 400;
    this.claims = policyId === undefined ? undefined : demandPolicy(policyId);
  }
}

/** The text of a refusal, for the page that `error_uri` leads to. */
export function textOfRefusal(aadsts: number): string | undefined {
  const known: Readonly<Record<number, Refusal>> = REFUSALS;
  return known[aadsts]?.text;
}

function demandPolicy(policyId: string): string {
  return JSON.stringify({ access_token: { capolids: { essential: true, values: [policyId] } } });
}
