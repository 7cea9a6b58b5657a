import type { Config } from "../../config/config.js";
import { type Finding, ok, wrong } from "../finding.js";

const NEW_SECRET = `Generate one: node -p "crypto.randomBytes(32).toString('base64url')"`;

/** Words of examples. Shorter ones occur by chance in random characters. */
const WORDS = /secret|password|change.?me|session|example|keyboard|qwert|placeholder|development/i;

/** A 32-character secret of random hexadecimal digits has about 110 by this measure. */
const MIN_ENTROPY_BITS = 90;

/** Checks how hard it is to guess the secrets that sign cookies and seal what is stored. */
export function checkSessionSecrets({ sessionSecrets, client }: Config): Finding[] {
  const check = "session secret";
  const { credential } = client;
  const problems = sessionSecrets.flatMap((secret, index) => {
    const which = sessionSecrets.length === 1 ? "SESSION_SECRET" : `SESSION_SECRET ${index + 1}`;
    if (credential.kind === "secret" && secret === credential.clientSecret) {
      return [`${which} is CLIENT_SECRET: whoever learns one of them has both.`];
    }
    const weakness = weaknessOf(secret);
    return weakness === undefined ? [] : [`${which} ${weakness}, so it can be guessed.`];
  });
  if (problems.length === 0) return [ok(check, "SESSION_SECRET looks random.")];
  return problems.map((text) => wrong(check, { text, cure: NEW_SECRET }));
}

/** Checks that the client secret is a value, and not what stands beside it. */
export function checkClientSecret({ client }: Config): Finding[] {
  const { clientId, credential } = client;
  if (credential.kind !== "secret") return [];
  const check = "client secret";
  const { clientSecret } = credential;
  const problem = clientSecretProblem(clientSecret, clientId);
  if (problem === undefined) return [ok(check, "CLIENT_SECRET looks like the value of a secret.")];
  const cure = "Copy the column Value of Certificates & secrets; it is shown only once.";
  return [wrong(check, { text: `CLIENT_SECRET ${problem}.`, cure })];
}

function clientSecretProblem(secret: string, clientId: string): string | undefined {
  if (secret.toLowerCase() === clientId) return "is CLIENT_ID";
  if (isGuid(secret)) return "is a GUID: the id of a secret, not its value";
  if (isPlaceholder(secret)) return "is a placeholder";
  if (/^(["']).*\1$/.test(secret)) return "has quotation marks around it, which are sent too";
  return undefined;
}

/** Returns why a secret can be guessed, without quoting it. */
function weaknessOf(secret: string): string | undefined {
  if (isPlaceholder(secret)) return "is a placeholder";
  if (WORDS.test(secret)) return "holds a word that examples use";
  if (isRepetition(secret)) return "repeats a short text";
  if (isSequence(secret)) return "follows the alphabet or counts";
  return entropyBits(secret) < MIN_ENTROPY_BITS ? "has too few different characters" : undefined;
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function isPlaceholder(text: string): boolean {
  return /^<[^>]+>/.test(text);
}

/** Returns whether a text consists of a shorter one, twice or more. */
function isRepetition(text: string): boolean {
  return /^(.+?)\1+$/.test(text) || /^(.{1,8}?)\1{3,}/.test(text);
}

/** Returns whether most characters are the neighbours of the ones before them: `abcdef`, `9876`. */
function isSequence(text: string): boolean {
  const codes = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  const steps = codes.slice(1).map((code, index) => Math.abs(code - (codes[index] ?? 0)));
  return steps.filter((step) => step <= 1).length > text.length / 2;
}

/** Returns Shannon's entropy of the characters, in bits, for the whole text. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const parts = [...counts.values()].map((count) => -count * Math.log2(count / text.length));
  return parts.reduce((sum, part) => sum + part, 0);
}
