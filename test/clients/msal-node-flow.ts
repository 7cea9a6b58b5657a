/**
 * Handles a claims challenge with MSAL for Node at a running sandbox, set up by the code that
 * `npm run sandbox` prints (in the module `APP`). Prints JSON lines as `claims_challenge.py` does.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import process from "node:process";
import * as msal from "@azure/msal-node";
import { portOf } from "../../src/server/http-server.js";

const SCOPES = ["api://payroll/Payroll.Read"];

interface AppModule {
  readonly createApp: (library: typeof msal) => msal.ConfidentialClientApplication;
}

const callback = createServer().listen(0, "localhost");
await once(callback, "listening");
const redirectUri = `http://localhost:${portOf(callback)}/redirect`;
const { createApp } = (await import(process.env["APP"] ?? "")) as AppModule;
const app = createApp(msal);

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Sends the browser to the authority, and returns the code that it brings back. */
async function openBrowser(url: string): Promise<string> {
  const visited = once(callback, "request") as Promise<[IncomingMessage, ServerResponse]>;
  say({ open: url });
  const [request, response] = await visited;
  response.end();
  return new URL(request.url ?? "", redirectUri).searchParams.get("code") ?? "";
}

async function signIn(claims?: string): Promise<msal.AuthenticationResult> {
  const request = { scopes: SCOPES, redirectUri, ...(claims !== undefined && { claims }) };
  const code = await openBrowser(await app.getAuthCodeUrl(request));
  return app.acquireTokenByCode({ ...request, code });
}

/** Returns `undefined` when the person has to act. */
async function renew(
  { account }: msal.AuthenticationResult,
  claims: string,
): Promise<msal.AuthenticationResult | undefined> {
  if (account === null) throw new Error("MSAL returned no account");
  try {
    return await app.acquireTokenSilent({ scopes: SCOPES, account, claims });
  } catch (error) {
    if (error instanceof msal.InteractionRequiredAuthError) return undefined;
    throw error;
  }
}

function getPayslips({ accessToken }: msal.AuthenticationResult): Promise<Response> {
  const headers = { Authorization: `Bearer ${accessToken}` };
  return fetch(`${process.env["PAYROLL_API_URL"] ?? ""}/payslips`, { headers });
}

const signedIn = await signIn();
const first = await getPayslips(signedIn);
const header = first.headers.get("WWW-Authenticate") ?? "";
const claims = Buffer.from(/claims="([^"]+)"/.exec(header)?.[1] ?? "", "base64").toString();
const renewed = await renew(signedIn, claims);
const result = renewed ?? (await signIn(claims));
const second = await getPayslips(result);
const { payslips } = (await second.json()) as { readonly payslips: readonly unknown[] };

say({
  result: {
    first: first.status,
    claims: JSON.parse(claims) as unknown,
    silent: renewed !== undefined,
    second: second.status,
    payslips: payslips.length,
    account: result.account?.username,
  },
});
callback.close();
callback.closeAllConnections();
