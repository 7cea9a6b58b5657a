import { describe, it } from "vitest";
import { createMinimalApp } from "../../examples/minimal-app.js";
import { createLogger } from "../../src/log.js";
import { startPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import { startSandbox } from "../../src/sandbox/start-sandbox.js";
import { listen } from "../../src/server/http-server.js";
import { openBrowser } from "../support/browser.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForAll } from "../support/set-up.js";
import { approveOnPhone, enterPassword, pickAccount, seeHeading } from "./drive-browser.js";

/** Starts the example as `npm run example` does, on free ports, with a browser. */
async function startExample() {
  const log = createLogger("silent");
  const { server, port, close } = await listen({ port: 0, host: "localhost", drainMs: 0 });
  const url = `http://localhost:${port}`;
  const redirectUri = `${url}/redirect`;
  const sandbox = await startSandbox({
    port: 0,
    redirectUris: [redirectUri],
    postLogoutRedirectUris: [],
    log,
  });
  const { tenantId, clientId, clientSecret, payrollAudience: audience, payrollScopes } = sandbox;
  const cloudInstance = sandbox.url;
  const payroll = await startPayrollApi({ port: 0, cloudInstance, tenantId, audience, log });
  const app = createMinimalApp({
    settings: { cloudInstance, tenantId },
    client: { clientId, credential: { kind: "secret", clientSecret } },
    redirectUri,
    sessionSecret: SESSION_SECRET,
    api: { url: payroll.url, scopes: payrollScopes },
  });
  server.on("request", app);
  const browser = await openBrowser();
  return {
    url,
    browser,
    close: async () => {
      await browser.close();
      await close();
      await payroll.close();
      await sandbox.close();
    },
  };
}

describe("the minimal app", () => {
  const example = setUpForAll(startExample);

  it("signs in, steps up with the claims of the challenge, and shows the payslips", async () => {
    const page = await example.browser.newPage();
    await page.goto(example.url);
    await pickAccount(page, "Ada");
    await enterPassword(page);
    await approveOnPhone(page);
    await seeHeading(page, "Payslips of Ada Okafor");
    await page.reload();
    await seeHeading(page, "Payslips of Ada Okafor");
  });
});
