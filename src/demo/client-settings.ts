import type { RunningSandbox } from "../sandbox/start-sandbox.js";

/** The paths at which the libraries' own examples receive a code. */
const CALLBACK_PATHS = [
  "/redirect", // MSAL for Node
  "/auth/redirect",
  "/getAToken", // MSAL for Python
  "/callback", // openid-client
  "/api/auth/callback/sandbox", // Auth.js
  "/signin-oidc",
];

/** The redirect URIs of other apps. The sandbox ignores the port, as Entra does for `localhost`. */
export const CALLBACKS: readonly string[] = ["localhost", "127.0.0.1"].flatMap((host) =>
  CALLBACK_PATHS.map((path) => `http://${host}${path}`),
);

/** Returns lines of text: for each of four libraries, the code that sets it up for the sandbox. */
export function describeClients(sandbox: RunningSandbox): string[] {
  return [
    "MSAL for Node:",
    ...describeMsalNode(sandbox),
    "",
    "MSAL for Python:",
    ...describeMsalPython(sandbox),
    "",
    "openid-client:",
    ...describeOpenidClient(sandbox),
    "",
    "Auth.js, as a provider:",
    ...describeAuthJs(sandbox),
    "",
    `Redirect URIs, at any port of localhost and 127.0.0.1: ${CALLBACK_PATHS.join(" ")}`,
    "Another one: set REDIRECT_URI.",
  ];
}

function describeMsalNode({ url, tenantId, clientId, clientSecret }: RunningSandbox): string[] {
  return (
    msalNeedsTls(url) ?? [
      "  new msal.ConfidentialClientApplication({",
      "    auth: {",
      `      clientId: ${JSON.stringify(clientId)},`,
      `      clientSecret: ${JSON.stringify(clientSecret)},`,
      `      authority: ${JSON.stringify(`${url}/${tenantId}`)},`,
      `      knownAuthorities: [${JSON.stringify(new URL(url).host)}],`,
      '      clientCapabilities: ["cp1"],',
      "    },",
      "  })",
    ]
  );
}

function describeMsalPython({ url, tenantId, clientId, clientSecret }: RunningSandbox): string[] {
  return (
    msalNeedsTls(url) ?? [
      "  msal.ConfidentialClientApplication(",
      `      ${JSON.stringify(clientId)},`,
      `      client_credential=${JSON.stringify(clientSecret)},`,
      `      authority=${JSON.stringify(`${url}/${tenantId}`)},`,
      "      instance_discovery=False,",
      '      client_capabilities=["cp1"],',
      "  )",
    ]
  );
}

function describeOpenidClient({ url, tenantId, clientId, clientSecret }: RunningSandbox): string[] {
  return [
    "  await client.discovery(",
    `    new URL(${JSON.stringify(issuerOf(url, tenantId))}),`,
    `    ${JSON.stringify(clientId)},`,
    `    ${JSON.stringify(clientSecret)},`,
    ...(isPlain(url) ? ["    undefined,", "    { execute: [client.allowInsecureRequests] },"] : []),
    "  )",
  ];
}

function describeAuthJs({ url, tenantId, clientId, clientSecret }: RunningSandbox): string[] {
  return [
    "  {",
    '    id: "sandbox",',
    '    name: "Sandbox",',
    '    type: "oidc",',
    `    issuer: ${JSON.stringify(issuerOf(url, tenantId))},`,
    `    clientId: ${JSON.stringify(clientId)},`,
    `    clientSecret: ${JSON.stringify(clientSecret)},`,
    "  }",
  ];
}

/** Returns a note where MSAL needs TLS: it accepts no authority with http, not even on this machine. */
function msalNeedsTls(url: string): string[] | undefined {
  if (!isPlain(url)) return undefined;
  return ["  needs https: start with SANDBOX_URL=https://localhost:8443, see docs/sandbox.md"];
}

function isPlain(url: string): boolean {
  return url.startsWith("http:");
}

function issuerOf(url: string, tenantId: string): string {
  return `${url}/${tenantId}/v2.0`;
}
