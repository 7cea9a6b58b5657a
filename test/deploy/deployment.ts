import { createLogger } from "../../src/log.js";
import { startPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import { type RunningSandbox, startSandbox } from "../../src/sandbox/start-sandbox.js";
import { type ChildProgram, startProgram } from "../support/child-program.js";
import { freePort } from "../support/free-port.js";
import { HttpBrowser } from "../support/http-browser.js";
import { startRedis } from "../support/redis-server.js";
import { settingsFor } from "../support/web-app.js";
import { type Nginx, startNginx } from "./nginx.js";

/** One process of the web app. */
export interface Instance {
  readonly port: number;
  readonly program: ChildProgram;
}

/** Two instances of the web app behind nginx, with one Redis, the sandbox and the Payroll API. */
export interface Deployment {
  readonly nginx: Nginx;
  readonly sandbox: RunningSandbox;
  readonly instances: [Instance, Instance];
  /** Starts an instance again at its port, with settings that replace others. */
  readonly restart: (index: 0 | 1, settings?: Readonly<Record<string, string>>) => Promise<void>;
  /** Returns the browser of somebody new. */
  readonly createBrowser: () => HttpBrowser;
  readonly close: () => Promise<void>;
}

/** Starts the deployment of `deploy/`, at free ports of this machine. */
export async function startDeployment(): Promise<Deployment> {
  const ports = [await freePort(), await freePort()] as const;
  const nginx = await startNginx(ports);
  const redis = await startRedis(["--maxmemory-policy", "noeviction"]);
  const log = createLogger("silent");
  const sandbox = await startSandbox({
    ...{ port: 0, log },
    redirectUris: [`${nginx.url}/redirect`],
    postLogoutRedirectUris: [`${nginx.url}/`],
  });
  const payroll = await startPayrollApi({
    ...{ port: 0, log, cloudInstance: sandbox.url, tenantId: sandbox.tenantId },
    audience: sandbox.payrollAudience,
  });
  const shared = {
    ...settingsFor({
      ...{ authority: sandbox, client: sandbox, graphUrl: sandbox.url },
      ...{ payrollUrl: payroll.url, payrollScopes: sandbox.payrollScopes },
    }),
    ...{ NODE_ENV: "production", BASE_URL: nginx.url, REDIS_URL: redis.url, TRUST_PROXY: "1" },
  };

  async function startInstance(port: number, settings = {}): Promise<Instance> {
    const env = { ...shared, ...settings, PORT: String(port) };
    const program = startProgram(["--import", "tsx", "src/main.ts"], env);
    await program.printed(/listening/);
    return { port, program };
  }

  const instances: Deployment["instances"] = await Promise.all([
    startInstance(ports[0]),
    startInstance(ports[1]),
  ]);
  return {
    ...{ nginx, sandbox, instances },
    restart: async (index, settings) => {
      const { program, port } = instances[index];
      program.process.kill("SIGTERM");
      await program.ended();
      instances[index] = await startInstance(port, settings);
    },
    createBrowser: () => {
      const browser = new HttpBrowser(nginx.url);
      browser.fetch = nginx.fetch;
      return browser;
    },
    close: async () => {
      for (const { program } of instances) program.process.kill("SIGKILL");
      await nginx.close();
      await payroll.close();
      await sandbox.close();
      await redis.close();
    },
  };
}
