import { AppError } from "../errors.js";

/** How Entra words and classifies one refusal. */
interface Refusal {
  readonly error: string;
  readonly suberror: string | undefined;
  readonly text: string;
}

/**
 * The refusals of the sandbox by AADSTS number, in the classes that Entra puts them in: the OAuth
 * error code and, after a space, the suberror.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/reference-error-codes | Error codes}
 */
const REFUSALS = {
  ...classify("invalid_request", {
    50011:
      "The redirect URI specified in the request does not match the redirect URIs configured for the application.",
    50147: "The code challenge is missing.",
    50149: "Invalid Code_Challenge_method parameter; S256 and plain are supported.",
    70007:
      "The app requested an unsupported response mode; query and form_post are supported. The response mode fragment is for single-page apps, which the sandbox does not imitate.",
    90014: "A required field is missing:",
    90023: "The value of a parameter isn't supported:",
    501491: "Invalid size of Code_Challenge parameter.",
    900561: "The endpoint only accepts POST requests.",
    9002326:
      "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type, which the sandbox does not imitate.",
    9000410: "Malformed JSON.",
    9000411: "The request is not properly formatted. A parameter is duplicated:",
  }),
  ...classify("invalid_client", {
    700027: "The client assertion failed validation.",
    7000215: "Invalid client secret provided.",
    7000218:
      "The request must contain the following parameter: 'client_assertion' or 'client_secret', and only one of them.",
  }),
  ...classify("unauthorized_client", {
    700016: "The application was not found in the directory.",
  }),
  ...classify("invalid_tenant", { 90002: "Tenant not found." }),
  ...classify("unsupported_grant_type", {
    70003: "The app requested an unsupported grant type.",
  }),
  ...classify("unsupported_response_type", {
    70005: "The app requested an unsupported response type; only code is supported.",
  }),
  ...classify("invalid_scope", {
    28000: "The scope isn't valid because it contains more than one resource.",
    70011: "The provided value for the input parameter 'scope' isn't valid.",
    1002012:
      "The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.",
  }),
  ...classify("login_required", {
    50058: "A silent sign-in request was sent but no user is signed in.",
  }),
  ...classify("access_denied", { 65004: "User declined to consent to access the app." }),
  ...classify("interaction_required", {
    16000: "More than one account is signed in; one has to be picked.",
  }),
  ...classify("interaction_required basic_action", {
    50076:
      "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.",
    50078:
      "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access the resource.",
    50079:
      "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.",
  }),
  ...classify("interaction_required additional_action", {
    53000:
      "Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune.",
  }),
  ...classify("invalid_grant", {
    50057: "The user account is disabled.",
    50105: "The signed in user is not assigned to a role for the application.",
    50148: "The code_verifier that the authorization request promised is missing.",
    54005:
      "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
    70000: "Provided grant is invalid or malformed.",
    70008: "The provided authorization code or refresh token has expired.",
    500112:
      "The reply address does not match the reply address provided when requesting the authorization code.",
    501481:
      "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  }),
  ...classify("invalid_grant bad_token", {
    50034: "The user account does not exist in the directory.",
    50173: "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
  }),
  ...classify("invalid_grant message_only", {
    53003:
      "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
  }),
  ...classify("invalid_grant consent_required", {
    65001:
      "The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.",
  }),
};

/** The number of a refusal. */
export type AadstsCode = keyof typeof REFUSALS;

/** A request that the sandbox refuses as Entra does: on a page, in a redirect or as JSON. */
export class AuthorityError extends AppError {
  override readonly name = "AuthorityError";
  readonly code = "ERR_REFUSED_BY_AUTHORITY";
  readonly status: number;
  readonly aadsts: AadstsCode;
  /** The OAuth error code. */
  readonly error: string;
  readonly suberror: string | undefined;
  /** A claims request, as JSON text, for an interactive request to send. */
  readonly claims: string | undefined;

  /**
   * `detail` ends the message and must not repeat what the caller sent. `policyId` is the policy that
   * refuses, for `claims`.
   */
  constructor(aadsts: AadstsCode, { detail = "", policyId = "" } = {}) {
    const { error, suberror, text }: Refusal = REFUSALS[aadsts];
    super(`AADSTS${aadsts}: ${text} ${detail}`.trimEnd());
    this.aadsts = aadsts;
    this.error = error;
    this.suberror = suberror;
    this.status = statusOf(aadsts, error);
    this.claims = policyId === "" ? undefined : requestPolicy(policyId);
  }
}

/** Returns the text of a refusal, for the page that `error_uri` leads to. */
export function textOfRefusal(aadsts: number): string | undefined {
  const known: Readonly<Record<number, Refusal>> = REFUSALS;
  return known[aadsts]?.text;
}

function classify<Code extends number>(
  refusalClass: string,
  texts: Readonly<Record<Code, string>>,
): Record<Code, Refusal> {
  const [error, suberror] = refusalClass.split(" ");
  const entries = Object.entries(texts).map(([code, text]) => [code, { error, suberror, text }]);
  return Object.fromEntries(entries) as Record<Code, Refusal>;
}

function statusOf(aadsts: AadstsCode, error: string): number {
  if (aadsts === 900561) return 405;
  return error === "invalid_client" ? 401 : 400;
}

function requestPolicy(policyId: string): string {
  return JSON.stringify({ access_token: { capolids: { essential: true, values: [policyId] } } });
}
