import { createHash, randomBytes } from "node:crypto";
import { decodeJwt, type JWTPayload } from "jose";
import { createLogger } from "../../src/log.js";
import type { describeState } from "../../src/sandbox/control/describe-state.js";
import type { SeenRequest } from "../../src/sandbox/create-sandbox-app.js";
import { startSandbox } from "../../src/sandbox/start-sandbox.js";
import type { RunningSandbox, SandboxOptions } from "../../src/sandbox/start-sandbox.js";
import { type SignInChoices, type SignInWalk, walkSignIn } from "./drive-pages.js";

/** The test client's redirect URI. Nothing listens there: the walk ends before it. */
export const REDIRECT_URI = "http://localhost:3000/redirect";

/** A sandbox with the requests that it received and a clock that the test moves. */
export interface TestSandbox extends RunningSandbox {
  readonly seen: SeenRequest[];
  readonly advance: (milliseconds: number) => void;
}

/** Starts a sandbox on a free port. */
export async function startTestSandbox(
  options: Partial<SandboxOptions> = {},
): Promise<TestSandbox> {
  const seen: SeenRequest[] = [];
  let ahead = 0;
  const sandbox = await startSandbox({
    port: 0,
    redirectUris: [REDIRECT_URI],
    postLogoutRedirectUris: ["http://localhost:3000/"],
    log: createLogger("silent"),
    now: () => Date.now() + ahead,
    observe: (request) => seen.push(request),
    ...options,
  });
  function advance(milliseconds: number): void {
    ahead += milliseconds;
  }
  return { ...sandbox, seen, advance };
}

/** Parameters of a request to change, or to leave out (`null`). */
export type Changes = Readonly<Record<string, string | null>>;

/** An authorization request and the verifier for its code. */
export interface TestFlow {
  readonly url: string;
  readonly verifier: string;
}

/** Builds a request that passes every check, with some changes. */
export function buildFlow(sandbox: RunningSandbox, changes: Changes = {}): TestFlow {
  const verifier = randomBytes(32).toString("base64url");
  const query = changed(changes, {
    client_id: sandbox.clientId,
    response_type: "code",
    redirect_uri: REDIRECT_URI,
    scope: "openid profile offline_access api://payroll/Payroll.Read",
    state: "state-1",
    nonce: "nonce-1",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    client_info: "1",
  });
  const endpoint = `${sandbox.url}/${sandbox.tenantId}/oauth2/v2.0/authorize`;
  return { url: `${endpoint}?${query.toString()}`, verifier };
}

/** Sends a token request as the client. */
export function requestToken(
  sandbox: RunningSandbox,
  changes: Changes,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { clientId, clientSecret } = sandbox;
  const client = { client_id: clientId, client_secret: clientSecret, client_info: "1" };
  const url = `${sandbox.url}/${sandbox.tenantId}/oauth2/v2.0/token`;
  return fetch(url, { method: "POST", body: changed(changes, client), headers });
}

function changed(changes: Changes, defaults: Changes): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...defaults, ...changes })) {
    if (value !== null) parameters.set(name, value);
  }
  return parameters;
}

/** A response of the token endpoint, successful or not. */
export interface TokenResponse {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly scope: string;
  readonly error_codes?: readonly number[];
  readonly suberror?: string;
  readonly claims?: string;
  readonly correlation_id: string;
}

/** Reads a response of the token endpoint. */
export function readTokenResponse(response: Response): Promise<TokenResponse> {
  return response.json() as Promise<TokenResponse>;
}

/** Returns the parameters of an address that the browser is sent to. */
export function parametersOf(location: string): URLSearchParams {
  return new URL(location).searchParams;
}

/** A sign-in whose code is not redeemed. */
export interface ObtainedCode {
  readonly walk: SignInWalk;
  readonly flow: TestFlow;
  readonly code: string;
}

/** Signs in on the pages. */
export async function obtainCode(
  sandbox: RunningSandbox,
  choices: Partial<SignInChoices> = {},
  changes: Changes = {},
): Promise<ObtainedCode> {
  const flow = buildFlow(sandbox, changes);
  const walk = await walkSignIn({ authorizeUrl: flow.url, ...choices });
  const code = parametersOf(walk.location).get("code");
  if (code === null) throw new Error(`No code came back: ${walk.location}`);
  return { walk, flow, code };
}

/** A completed sign-in. */
export interface SignedIn extends TokenResponse, ObtainedCode {
  readonly accessClaims: JWTPayload;
  readonly idClaims: JWTPayload;
}

/** Signs in on the pages and redeems the code. */
export async function signIn(
  sandbox: RunningSandbox,
  choices: Partial<SignInChoices> = {},
  changes: Changes = {},
): Promise<SignedIn> {
  const obtained = await obtainCode(sandbox, choices, changes);
  const tokens = await readTokenResponse(await redeem(sandbox, obtained));
  const accessClaims = decodeJwt(tokens.access_token);
  return { ...tokens, ...obtained, accessClaims, idClaims: decodeJwt(tokens.id_token) };
}

/** Redeems a code. */
export function redeem(
  sandbox: RunningSandbox,
  { code, flow }: { code: string; flow: TestFlow },
  changes: Changes = {},
): Promise<Response> {
  return requestToken(sandbox, {
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: flow.verifier,
    ...changes,
  });
}

/** Uses a refresh token. */
export function refresh(
  sandbox: RunningSandbox,
  refreshToken: string,
  changes: Changes = {},
): Promise<Response> {
  return requestToken(sandbox, {
    grant_type: "refresh_token",
    refresh_token: refreshToken,
    scope: "openid profile offline_access api://payroll/Payroll.Read",
    ...changes,
  });
}

/** A claims request for authentication contexts, with the client's capability. */
export function claimsFor(...contexts: readonly string[]): string {
  return JSON.stringify({
    access_token: {
      acrs: { essential: true, values: contexts },
      xms_cc: { values: ["cp1"] },
    },
  });
}

/** Turns a switch of the control page: `turn(sandbox, "people/ada", { disabled: true })`. */
export async function turn(
  sandbox: RunningSandbox,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<ReturnType<typeof describeState>> {
  const response = await fetch(`${sandbox.url}/control/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The switch ${path} responded ${response.status}`);
  return (await response.json()) as ReturnType<typeof describeState>;
}
