import { createLogger } from "../../src/log.js";
import type { PayrollApiOptions } from "../../src/payroll-api/create-payroll-api.js";
import { startPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import type { RunningPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import { type MintOptions, startAuthority, type TestAuthority } from "../support/authority.js";

/** The `aud` of the API under test, and the prefix of its scopes. */
export const AUDIENCE = "api://payroll";

/** A token and a request that the API answers with 200, to deviate from. */
export const PAYSLIPS_TOKEN: MintOptions = {
  scope: `${AUDIENCE}/Payroll.Read`,
  claims: { acrs: ["c1"] },
};

/** An authority and a Payroll API that trusts it, over real HTTP. */
export interface PayrollApiFixture {
  readonly authority: TestAuthority;
  readonly url: string;
  /** Seconds by which the API's clock is ahead; a test may set it. */
  readonly clock: { aheadSeconds: number };
  /** Sends a request with a token. */
  readonly call: (path: string, token?: string, init?: RequestInit) => Promise<Response>;
  readonly close: () => Promise<void>;
}

/** Starts both; close them in `afterAll`. */
export async function startPayrollApiFixture(
  options: Partial<PayrollApiOptions> = {},
): Promise<PayrollApiFixture> {
  const authority = await startAuthority();
  const clock = { aheadSeconds: 0 };
  const api = await startPayrollApiFor(authority, {
    now: () => Date.now() + clock.aheadSeconds * 1000,
    ...options,
  });
  return {
    authority,
    url: api.url,
    clock,
    call: (path, token, init = {}) => {
      const headers = new Headers(init.headers);
      if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
      return fetch(`${api.url}${path}`, { ...init, headers });
    },
    close: async () => {
      await api.close();
      await authority.close();
    },
  };
}

/** Starts a Payroll API that trusts an authority which runs already. */
export async function startPayrollApiFor(
  authority: TestAuthority,
  options: Partial<PayrollApiOptions> = {},
): Promise<RunningPayrollApi> {
  return startPayrollApi({
    port: 0,
    cloudInstance: authority.url,
    tenantId: authority.tenantId,
    audience: AUDIENCE,
    log: createLogger("silent"),
    ...options,
  });
}

/** The `WWW-Authenticate` of an answer, and the claims it asks for. */
export function readChallenge(response: Response): {
  readonly header: string;
  readonly claims: unknown;
} {
  const header = response.headers.get("WWW-Authenticate") ?? "";
  const claims = /claims="([^"]*)"/.exec(header)?.[1];
  return {
    header,
    claims: claims && (JSON.parse(Buffer.from(claims, "base64").toString("utf8")) as unknown),
  };
}
