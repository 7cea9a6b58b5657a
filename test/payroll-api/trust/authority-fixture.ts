import type { PayrollApiOptions } from "../../../src/payroll-api/create-payroll-api.js";
import type { RunningPayrollApi } from "../../../src/payroll-api/start-payroll-api.js";
import { startAuthority, type TestAuthority } from "../../support/authority.js";
import { PAYSLIPS_TOKEN, startPayrollApiFor } from "../payroll-api-fixture.js";

/** The end of the path of the authority's metadata. */
export const DISCOVERY = "/.well-known/openid-configuration";

/** The end of the path of its keys. */
export const KEYS = "/discovery/v2.0/keys";

/** An authority, and a Payroll API that each test starts with options of its own. */
export interface AuthorityFixture {
  readonly authority: TestAuthority;
  /** The clock of the API, in milliseconds. */
  readonly clock: { now: number };
  /** Starts the API and returns its address. */
  readonly start: (options?: Partial<PayrollApiOptions>) => Promise<string>;
  /** Requests the payslips with a valid token; `kid` replaces the id of its key. */
  readonly getPayslips: (kid?: string) => Promise<Response>;
  /** Ends the API and undoes what the test changed. */
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the authority; reset it before each test. */
export async function startAuthorityFixture(): Promise<AuthorityFixture> {
  const authority = await startAuthority();
  const clock = { now: Date.now() };
  let api: RunningPayrollApi | undefined;

  async function closeApi(): Promise<void> {
    await api?.close();
    api = undefined;
  }

  return {
    authority,
    clock,
    start: async (options = {}) => {
      api = await startPayrollApiFor(authority, { now: () => clock.now, ...options });
      return api.url;
    },
    getPayslips: async (kid) => {
      const deviation = kid === undefined ? {} : { header: { kid } };
      const token = await authority.mintAccessToken({ ...PAYSLIPS_TOKEN, deviation });
      const headers = { authorization: `Bearer ${token}` };
      return fetch(`${api?.url ?? ""}/payslips`, { headers });
    },
    reset: async () => {
      await closeApi();
      authority.seen.length = 0;
      authority.misissue.metadata = {};
      authority.misissue.accessToken = {};
      authority.metadataAnswer = undefined;
      authority.ownKeysOf = undefined;
      clock.now = Date.now();
    },
    close: async () => {
      await closeApi();
      await authority.close();
    },
  };
}
