import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { ConfigError } from "../errors.js";
import type { Environment } from "./formats.js";
import { describeMisspellings } from "./misspelt-settings.js";

/** An assignment with its value, which may have several lines when it is quoted. */
const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=[ \t]*("[^"]*"|'[^']*'|`[^`]*`)?.*$/gm;

/**
 * Adds the settings of `.env` in the working folder to the environment. A variable that is set already
 * keeps its value. Does nothing when there is no such file.
 *
 * The file is this app's own, so whatever is wrong with it stops the start: a tenant that is not read
 * would mean the sandbox. The environment is shared with other programs, so a name there that
 * resembles a setting is printed as a hint and stops nothing.
 *
 * @throws ConfigError with every problem of the file; it echoes no value.
 */
export function loadEnvFile(env: Record<string, string | undefined>, path = ".env"): void {
  const shared = { ...env };
  const own = readEnvFile(path);
  for (const [name, value] of Object.entries(own)) env[name] ??= value;
  const problems = describeMisspellings(own, env).map((each) => `${path}: ${each}`);
  if (problems.length > 0) throw new ConfigError(problems);
  printMisspellings(shared, env);
}

/** Prints a line for each name in the environment that resembles a setting. */
export function printMisspellings(shared: Environment, env: Environment = shared): void {
  for (const hint of describeMisspellings(shared, env)) process.stderr.write(`Hint: ${hint}\n`);
}

function readEnvFile(path: string): Environment {
  const bytes = readBytes(path);
  if (bytes === undefined) return {};
  const text = decode(bytes, path).replaceAll(/\r\n?/g, "\n");
  const rest = text.replaceAll(ASSIGNMENT, (match) => match.replaceAll(/[^\n]/g, ""));
  const problems = rest.split("\n").flatMap((line, index) => {
    const isEmpty = /^\s*(?:#|$)/.test(line);
    return isEmpty ? [] : [`${path} line ${index + 1} is neither NAME=value nor a comment`];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return parseEnv(text);
}

function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "ENOENT") return undefined;
    throw new ConfigError([`${path} cannot be read (${code})`], { cause });
  }
}

/** Decodes UTF-8, with or without a byte-order mark. UTF-16 has a zero byte in each ASCII letter. */
function decode(bytes: Buffer, path: string): string {
  try {
    if (!bytes.includes(0)) return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Said below.
  }
  throw new ConfigError([`${path} is no UTF-8 text: save it with the encoding UTF-8`]);
}
