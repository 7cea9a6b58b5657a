import { loadEnvFile } from "../config/env-file.js";
import { namesTenant } from "../config/tenant-choice.js";
import { ConfigError } from "../errors.js";
import { checkSettings, describeProblems } from "./check-settings.js";
import { type Finding, ok } from "./finding.js";
import { formatJson, formatText, isHealthy } from "./report.js";

const USAGE = "Usage: npm run doctor [-- --json]\n";

/** `npm run doctor`: checks the settings; ends with code 1 when something is wrong, else with 0. */
process.exitCode = await run(process.argv.slice(2));

async function run(options: readonly string[]): Promise<0 | 1> {
  if (options.some((option) => option !== "--json")) {
    process.stderr.write(USAGE);
    return 1;
  }
  const findings = await examine();
  process.stdout.write(options.length > 0 ? formatJson(findings) : formatText(findings));
  return isHealthy(findings) ? 0 : 1;
}

async function examine(): Promise<readonly Finding[]> {
  try {
    loadEnvFile(process.env);
    if (namesTenant(process.env)) return await checkSettings(process.env);
    const text = "TENANT_ID is not set: npm start runs the sandbox, and there is nothing to check.";
    return [ok("settings", text)];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return describeProblems(error);
  }
}
