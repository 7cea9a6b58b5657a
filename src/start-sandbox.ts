import { loadEnvFile } from "./load-env-file.js";
import { runUntilStopped } from "./process-lifecycle.js";
import { describePeople, startSandboxActors } from "./sandbox-actors.js";

/** `npm run sandbox`: the sandbox and the Payroll API alone, for other apps. */
await runUntilStopped(async () => {
  loadEnvFile();
  const actors = await startSandboxActors(process.env);
  const lines = [
    "The sandbox runs. An app uses it with these settings:",
    "",
    ...Object.entries(actors.settings).map(([name, value]) => `${name}=${value}`),
    "",
    ...describePeople(actors.sandbox),
    "",
    `Change people and policies at ${actors.sandbox.url}/`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return actors;
});
