import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PAYSLIPS, PROFILE } from "./api-responses.js";
import { startAuthority, type TestAuthority } from "./authority.js";
import { freePort } from "./free-port.js";
import { type ScriptedApi, startScriptedApi } from "./scripted-api.js";
import { makeSelfSigned } from "./self-signed.js";
import { originAt, settingsFor, TEST_CLIENT } from "./web-app.js";

/** An authority and APIs over TLS, for a web app in a process of its own. */
export interface TlsTenant {
  readonly authority: TestAuthority;
  readonly graph: ScriptedApi;
  readonly payroll: ScriptedApi;
  /** Returns the settings of a web app that trusts their certificate, and its origin. */
  readonly describeWebApp: () => Promise<{
    readonly url: string;
    readonly env: Readonly<Record<string, string>>;
  }>;
  /** Returns the address that a page of the authority redirects to. */
  readonly redirectOf: (url: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Starts a tenant that is neither the sandbox nor Entra, each server on a free port. */
export async function startTlsTenant(tls = makeSelfSigned()): Promise<TlsTenant> {
  const folder = await mkdtemp(join(tmpdir(), "tls-tenant-"));
  const certificatePath = join(folder, "ca.pem");
  await writeFile(certificatePath, tls.cert);
  const authority = await startAuthority({ tls, clientSecret: TEST_CLIENT.clientSecret });
  const graph = await startScriptedApi(() => ({ status: 200, body: PROFILE }), tls);
  const payroll = await startScriptedApi(() => ({ status: 200, body: PAYSLIPS }), tls);
  const settings = settingsFor({
    authority,
    graphUrl: graph.url,
    payrollUrl: payroll.url,
    payrollScopes: ["api://payroll/Payroll.Read", "api://payroll/Payroll.Write"],
  });
  return {
    ...{ authority, graph, payroll },
    describeWebApp: async () => {
      const port = await freePort();
      const env = { ...settings, PORT: String(port), NODE_EXTRA_CA_CERTS: certificatePath };
      return { url: originAt(port), env };
    },
    redirectOf: (url) => redirectOf(url, tls.cert),
    close: async () => {
      await Promise.all([authority.close(), graph.close(), payroll.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

async function redirectOf(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { ca }, (response) => {
      response.resume();
      resolve(response.headers.location ?? "");
    });
    request.on("error", reject);
  });
}
