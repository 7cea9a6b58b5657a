import { readConfig } from "../../src/config/config.js";
import { ConfigError } from "../../src/errors.js";
import { SESSION_SECRET } from "../support/session-secret.js";

/** Settings by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that has no default. */
export const COMPLETE = {
  TENANT_ID: "contoso.onmicrosoft.com",
  CLIENT_ID: "5f2b9c1e-0000-4000-8000-000000000001",
  CLIENT_SECRET: "the value of the client secret",
  SESSION_SECRET,
};

/** Returns the problems that a reader of settings reports. */
export function problemsOf(
  read: (env: Environment) => unknown,
  env: Environment,
): readonly string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Returns the settings that the problems of the web app begin with. */
export function blamed(env: Environment): readonly string[] {
  return problemsOf(readConfig, env).map((each) => each.split(" ")[0] ?? "");
}
