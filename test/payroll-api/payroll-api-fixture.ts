import { createLogger } from "../../src/log.js";
import type { PayrollApiOptions } from "../../src/payroll-api/create-payroll-api.js";
import { startPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import type { RunningPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import type { Deviation } from "../support/authority-keys.js";
import { type MintOptions, startAuthority, type TestAuthority } from "../support/authority.js";

/** Claims of a token that a test replaces; `undefined` removes one. */
export type Claims = Readonly<Record<string, unknown>>;

/** The `aud` of the API under test, and the prefix of its scopes. */
export const AUDIENCE = "api://payroll";

/** A token with which `GET /payslips` succeeds, to deviate from. */
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
  /** Requests the payslips with {@link PAYSLIPS_TOKEN}, in which some claims are replaced. */
  readonly getPayslips: (claims?: Claims, deviation?: Deviation) => Promise<Response>;
  readonly close: () => Promise<void>;
}

/** Returns the time in seconds, as tokens and events have it. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Starts an authority and a Payroll API; close them in the end. */
export async function startPayrollApiFixture(
  options: Partial<PayrollApiOptions> = {},
): Promise<PayrollApiFixture> {
  const authority = await startAuthority();
  const clock = { aheadSeconds: 0 };
  const api = await startPayrollApiFor(authority, {
    now: () => Date.now() + clock.aheadSeconds * 1000,
    ...options,
  });

  function call(path: string, token?: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    return fetch(`${api.url}${path}`, { ...init, headers });
  }

  return {
    authority,
    url: api.url,
    clock,
    call,
    getPayslips: async (claims = {}, deviation = {}) => {
      const mint = { ...PAYSLIPS_TOKEN, claims: { ...PAYSLIPS_TOKEN.claims, ...claims } };
      return call("/payslips", await authority.mintAccessToken({ ...mint, deviation }));
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

/** Reads the `WWW-Authenticate` header of a response, and the claims in it. */
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
