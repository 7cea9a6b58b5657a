import { createHash, randomBytes } from "node:crypto";
import { decodeJwt, type JWTPayload } from "jose";
import { createLogger } from "../../src/log.js";
import type { ControlState } from "../../src/sandbox/control/describe-state.js";
import type { SeenRequest } from "../../src/sandbox/create-sandbox-app.js";
import { startSandbox } from "../../src/sandbox/start-sandbox.js";
import type { RunningSandbox, SandboxOptions } from "../../src/sandbox/start-sandbox.js";
import { type SignInChoices, type SignInWalk, walkSignIn } from "./drive-pages.js";

/** Where the test client is answered. Nothing listens there: the walk ends before. */
export const REDIRECT_URI = "http://localhost:3000/redirect";

/** A sandbox, what it was asked, and a clock that the test moves. */
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
  return {
    ...sandbox,
    seen,
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}

/** An authorization request and what its answer is redeemed with. */
export interface TestFlow {
  readonly url: string;
  readonly verifier: string;
}

/** Makes a request that passes every check, with some parameters changed, or left out (`null`). */
export function buildFlow(
  sandbox: RunningSandbox,
  changes: Readonly<Record<string, string | null>> = {},
): TestFlow {
  const verifier = randomBytes(32).toString("base64url");
  const parameters: Readonly<Record<string, string | null>> = {
    client_id: sandbox.clientId,
    response_type: "code",
    redirect_uri: REDIRECT_URI,
    scope: "openid profile offline_access api://payroll/Payroll.Read",
    state: "state-1",
    nonce: "nonce-1",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    client_info: "1",
    ...changes,
  };
  const url = new URL(`${sandbox.url}/${sandbox.tenantId}/oauth2/v2.0/authorize`);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) url.searchParams.set(name, value);
  }
  return { url: url.href, verifier };
}

/** Sends a token request as the client, with some parameters changed, or left out (`null`). */
export function requestToken(
  sandbox: RunningSandbox,
  parameters: Readonly<Record<string, string | null>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const form = new URLSearchParams();
  const all: Readonly<Record<string, string | null>> = {
    client_id: sandbox.clientId,
    client_secret: sandbox.clientSecret,
    client_info: "1",
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) if (value !== null) form.set(name, value);
  const url = `${sandbox.url}/${sandbox.tenantId}/oauth2/v2.0/token`;
  return fetch(url, { method: "POST", body: form, headers });
}

/** A token endpoint's answer, right or wrong. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly client_info: string;
  readonly scope: string;
  readonly expires_in: number;
  readonly error: string;
  readonly error_codes?: readonly number[];
  readonly suberror?: string;
  readonly claims?: string;
  readonly correlation_id: string;
}

/** Reads a token endpoint's answer. */
export async function readAnswer(response: Response): Promise<TokenAnswer> {
  return (await response.json()) as TokenAnswer;
}

/** A completed sign-in. */
export interface SignedIn extends TokenAnswer {
  readonly walk: SignInWalk;
  readonly flow: TestFlow;
  readonly code: string;
  readonly accessClaims: JWTPayload;
  readonly idClaims: JWTPayload;
}

/** Signs in on the pages and redeems the code. */
export async function signIn(
  sandbox: RunningSandbox,
  choices: Partial<SignInChoices> = {},
  changes: Readonly<Record<string, string | null>> = {},
): Promise<SignedIn> {
  const flow = buildFlow(sandbox, changes);
  const walk = await walkSignIn({ authorizeUrl: flow.url, ...choices });
  const code = new URL(walk.location).searchParams.get("code");
  if (code === null) throw new Error(`No code came back: ${walk.location}`);
  const answer = await readAnswer(await redeem(sandbox, { code, flow }));
  return {
    ...answer,
    walk,
    flow,
    code,
    accessClaims: decodeJwt(answer.access_token),
    idClaims: decodeJwt(answer.id_token),
  };
}

/** Redeems a code. */
export function redeem(
  sandbox: RunningSandbox,
  { code, flow }: { code: string; flow: TestFlow },
  changes: Readonly<Record<string, string | null>> = {},
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
  changes: Readonly<Record<string, string | null>> = {},
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
): Promise<ControlState> {
  const response = await fetch(`${sandbox.url}/control/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The switch ${path} answered ${response.status}`);
  return (await response.json()) as ControlState;
}
