import { readSandboxSetup } from "../../src/demo/settings.js";
import { freePort } from "../../test/support/free-port.js";
import { SESSION_SECRET } from "../../test/support/session-secret.js";
import { WEB_APP } from "../processes/build.js";
import type { CloseLater } from "../processes/closing-all.js";
import { type ServerProcess, startServerProcess } from "../processes/server-process.js";

/** Above all that a benchmark does, which comes from one address. */
const RATE_LIMIT_PER_MINUTE = "1000000";

/**
 * Starts the sandbox and the Payroll API in one process, and the production web app in another one.
 * Returns the web app; `settings` are its own.
 */
export async function startActors(
  closeLater: CloseLater,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const [web, payroll, sandbox] = await Promise.all([freePort(), freePort(), freePort()]);
  const ports = {
    PORT: String(web),
    PAYROLL_API_PORT: String(payroll),
    SANDBOX_PORT: String(sandbox),
  };
  closeLater(
    await startServerProcess({
      args: ["--import", "tsx", "src/demo/main.ts"],
      env: { ...ports, LOG_LEVEL: "silent" },
      // The Payroll API starts last.
      readyUrl: `http://localhost:${payroll}/payslips`,
    }),
  );
  const env = {
    ...readSandboxSetup(ports).webSettings,
    ...{ NODE_ENV: "production", SESSION_SECRET, RATE_LIMIT_PER_MINUTE },
    ...settings,
  };
  return closeLater(await startServerProcess({ args: [WEB_APP], env, port: web }));
}
