import { readConfig } from "../config/config.js";
import { ConfigError } from "../errors.js";
import { loadEnvFile } from "../config/env-file.js";
import { namesTenant } from "../config/tenant-choice.js";
import { checkConfig } from "./checks.js";

/** `npm run doctor`: checks the settings; ends with code 0 when all are correct, else with 1. */
process.exitCode = await examine();

async function examine(): Promise<0 | 1> {
  try {
    loadEnvFile(process.env);
    if (!namesTenant(process.env)) {
      say("TENANT_ID is not set: `npm start` runs the sandbox, and there is nothing to check.");
      return 0;
    }
    const findings = await checkConfig(readConfig(process.env));
    for (const { ok, text } of findings) say(`${ok ? "ok    " : "WRONG "} ${text}`);
    return findings.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    say(error.message);
    return 1;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
