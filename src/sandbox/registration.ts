/** The one tenant of the sandbox: a demo value, the same everywhere. */
export const TENANT_ID = "5a4db0c5-1111-4111-8111-000000000001";
/** The tenant's domain name; usable in place of its id. */
export const TENANT_DOMAIN = "sandbox.example";
/** What a request may name the tenant by. */
export const TENANT_NAMES: readonly string[] = [
  TENANT_ID,
  TENANT_DOMAIN,
  "common",
  "organizations",
];
/** The application (client) id of the web app. */
export const CLIENT_ID = "5a4db0c5-2222-4222-8222-000000000002";
/** The client secret of the web app. It is public: the sandbox protects nothing. */
export const CLIENT_SECRET = "sandbox-client-secret-that-is-not-secret";
/** The Payroll API's application id: the `aud` of its access tokens. */
export const PAYROLL_AUDIENCE = "5a4db0c5-3333-4333-8333-000000000003";
/** Microsoft Graph's well-known application id: the `aud` of its access tokens. */
export const GRAPH_AUDIENCE = "00000003-0000-0000-c000-000000000000";

/** An API that the client may request tokens for. */
export interface Resource {
  readonly audience: string;
  /** The name on the consent page. */
  readonly name: string;
  /** What may precede a scope's name and its slash; `""` when the bare name is enough. */
  readonly prefixes: readonly string[];
  readonly scopes: readonly string[];
}

/** The API whose tokens a request without any API's scope gets. */
export const GRAPH: Resource = {
  audience: GRAPH_AUDIENCE,
  name: "Microsoft Graph (simulated)",
  prefixes: ["", "https://graph.microsoft.com", GRAPH_AUDIENCE],
  scopes: ["User.Read"],
};

const PAYROLL: Resource = {
  audience: PAYROLL_AUDIENCE,
  name: "Payroll API",
  prefixes: ["api://payroll", PAYROLL_AUDIENCE, `api://${PAYROLL_AUDIENCE}`],
  scopes: ["Payroll.Read", "Payroll.Write"],
};

/** Every API of the tenant. */
export const RESOURCES: readonly Resource[] = [PAYROLL, GRAPH];

/** The Payroll API's scopes in the form that a client requests. */
export const PAYROLL_SCOPES = PAYROLL.scopes.map((name) => `api://payroll/${name}`);
