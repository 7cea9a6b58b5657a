/** The one tenant of the sandbox. A demo value, the same everywhere, and not a secret. */
export const TENANT_ID = "5a4db0c5-1111-4111-8111-000000000001";
/** The tenant's domain name; usable in place of its id. */
export const TENANT_DOMAIN = "sandbox.example";
/** The application (client) id of the web app. */
export const CLIENT_ID = "5a4db0c5-2222-4222-8222-000000000002";
/** The client secret of the web app. Known to everybody: the sandbox guards nothing. */
export const CLIENT_SECRET = "sandbox-client-secret-that-is-not-secret";
/** The Payroll API's application id: the `aud` of its access tokens. */
export const PAYROLL_AUDIENCE = "5a4db0c5-3333-4333-8333-000000000003";
/** The Payroll API's App ID URI: the prefix of its scopes. */
const PAYROLL_APP_ID_URI = "api://payroll";
/** Microsoft Graph's well-known application id: the `aud` of its access tokens. */
export const GRAPH_AUDIENCE = "00000003-0000-0000-c000-000000000000";

/** An API that the client may ask tokens for. */
export interface Resource {
  readonly audience: string;
  /** As people know it. */
  readonly name: string;
  /** What may stand before a scope's name, without the slash; `""` when the bare name will do. */
  readonly prefixes: readonly string[];
  readonly scopes: readonly string[];
}

/** Every API of the tenant. */
export const RESOURCES: readonly Resource[] = [
  {
    audience: PAYROLL_AUDIENCE,
    name: "Payroll API",
    prefixes: [PAYROLL_APP_ID_URI, PAYROLL_AUDIENCE, `api://${PAYROLL_AUDIENCE}`],
    scopes: ["Payroll.Read", "Payroll.Write"],
  },
  {
    audience: GRAPH_AUDIENCE,
    name: "Microsoft Graph (imitation)",
    prefixes: ["", "https://graph.microsoft.com", GRAPH_AUDIENCE],
    scopes: ["User.Read"],
  },
];

/** The Payroll API's scopes in the form that a client asks for. */
export const PAYROLL_SCOPES = ["Payroll.Read", "Payroll.Write"].map(
  (name) => `${PAYROLL_APP_ID_URI}/${name}`,
);

/** Where the client may be answered; compared character by character. */
export interface Registration {
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
}
