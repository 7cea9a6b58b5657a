import { randomBytes } from "node:crypto";
import { describePeople, startSandboxActors } from "../src/demo/actors.js";
import { allPorts } from "../src/demo/ports.js";
import { readSandboxSetup } from "../src/demo/settings.js";
import { createLogger } from "../src/log.js";
import { requireFreePorts } from "../src/server/free-ports.js";
import { listen, startOnPort } from "../src/server/http-server.js";
import { runUntilStopped } from "../src/server/run-until-stopped.js";
import { createMinimalApp } from "./minimal-app.js";

/** `npm run example`: the minimal app with the sandbox and the Payroll API. */
await runUntilStopped(async () => {
  const setup = readSandboxSetup(process.env);
  const { authority: settings, client, redirectUri, port, baseUrl, apis } = setup.web;
  const api = apis.find(({ name }) => name === "Payroll API");
  if (api === undefined) throw new Error("The sandbox has no Payroll API");
  await requireFreePorts(allPorts(setup), "npm run example");
  const log = createLogger(setup.web.logLevel);
  const actors = await startSandboxActors(setup, log);
  const sessionSecret = randomBytes(32).toString("hex");
  const app = createMinimalApp({ settings, client, redirectUri, sessionSecret, api });
  const http = await startOnPort("PORT", () => listen({ port, host: "localhost", drainMs: 1_000 }));
  http.server.on("request", app);
  const lines = [
    `Open ${baseUrl} in a browser.`,
    "Try first: sign in as Ada. The API asks for c1; you confirm and see the payslips.",
    "",
    ...describePeople(actors.sandbox),
    "",
    `Simulated Entra ID. Open sandbox controls: ${actors.sandbox.url}/`,
    "Stop with Ctrl-C.",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return {
    log,
    close: async () => {
      await http.close();
      await actors.close();
    },
  };
});
