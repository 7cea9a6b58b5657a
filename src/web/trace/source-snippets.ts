import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  isMessage,
  type DecisionName,
  type Message,
  type MessageKind,
  type TraceEntry,
} from "../../trace/trace-entry.js";

/** Lines of a snippet, at most. */
const MAX_LINES = 12;

const ROOT = new URL("../../../", import.meta.url);

/** Where the code of a step is: the comment `// On /trace: <marker>` stands above it. */
interface Place {
  readonly file: string;
  readonly marker: string;
}

/** A place in the code, with its lines when the source is there. */
export interface Snippet {
  /** From the root of the project. */
  readonly path: string;
  readonly functionName?: string | undefined;
  /** The number of the first line. */
  readonly line?: number | undefined;
  readonly code?: string | undefined;
}

const AUTHORITY_DOCUMENT: Place = {
  file: "src/auth/authority/metadata.ts",
  marker: "metadata",
};
const KEYS: Place = { file: "src/auth/id-token.ts", marker: "keys" };
const CALL: Place = { file: "src/protected-api/send-api-request.ts", marker: "call" };
const CHALLENGE: Place = {
  file: "src/protected-api/call-protected-api.ts",
  marker: "challenge",
};
const RENEWAL: Place = { file: "src/auth/tokens/acquire-with-msal.ts", marker: "renewal" };
const REDEMPTION: Place = { file: "src/auth/redeem-code.ts", marker: "redemption" };
const TOKEN_RESPONSE: Place = { file: "src/auth/token-exchange.ts", marker: "token response" };
const AUTHORIZATION: Place = {
  file: "src/auth/authorization-request.ts",
  marker: "authorization request",
};
const RESPONSE: Place = {
  file: "src/web/authorization/redirect-routes.ts",
  marker: "authorization response",
};
const TOKEN_AT_HAND: Place = {
  file: "src/auth/tokens/acquire-token-silent.ts",
  marker: "token at hand",
};
const NEWER_TOKEN: Place = { file: TOKEN_AT_HAND.file, marker: "newer token" };
const SHARED_REQUEST: Place = { file: TOKEN_AT_HAND.file, marker: "shared request" };
const ROUND: Place = { file: "src/web/api-pages/respond-to-outcome.ts", marker: "round" };
const LOOP: Place = { file: "src/session/step-up-guard.ts", marker: "loop" };
const OFTEN: Place = { file: "src/session/step-up-guard.ts", marker: "too often" };
const NOT_MET: Place = { file: "src/auth/step-up-met.ts", marker: "not met" };
const OTHER_ACCOUNT: Place = { file: "src/web/signed-in-session.ts", marker: "other account" };

const OF_MESSAGES: Readonly<Record<MessageKind, Place>> = {
  "api-call": CALL,
  "api-response": CHALLENGE,
  "token-request": RENEWAL,
  "token-response": TOKEN_RESPONSE,
  "metadata-request": AUTHORITY_DOCUMENT,
  "metadata-response": AUTHORITY_DOCUMENT,
  "keys-request": KEYS,
  "keys-response": KEYS,
  "authorization-request": AUTHORIZATION,
  "authorization-response": RESPONSE,
};

const OF_DECISIONS: Readonly<Record<DecisionName, Place>> = {
  "token-at-hand": TOKEN_AT_HAND,
  "newer-token": NEWER_TOKEN,
  "shared-request": SHARED_REQUEST,
  "round-1": ROUND,
  "round-2": ROUND,
  "stopped-loop": LOOP,
  "stopped-often": OFTEN,
  "not-met": NOT_MET,
  "other-account": OTHER_ACCOUNT,
};

/** All places that the page shows. */
export const PLACES: readonly Place[] = [
  ...new Set([...Object.values(OF_MESSAGES), ...Object.values(OF_DECISIONS), REDEMPTION]),
];

const snippets = new Map<Place, Snippet>();

/** Returns the code of a message or a decision; each file is read once. */
export function snippetOf(entry: TraceEntry): Snippet {
  const place = isMessage(entry) ? placeOf(entry) : OF_DECISIONS[entry.decision];
  const known = snippets.get(place) ?? readSnippet(place);
  snippets.set(place, known);
  return known;
}

function placeOf(message: Message): Place {
  const isCode = message.parameters.some(({ name }) => name === "code");
  return message.kind === "token-request" && isCode ? REDEMPTION : OF_MESSAGES[message.kind];
}

/** Reads the lines below a marker, to the end of its block. Where there is no source, only the path is known. */
export function readSnippet({ file, marker }: Place): Snippet {
  const lines = readLines(file);
  const at = lines.findIndex((line) => line.trim() === `// On /trace: ${marker}`);
  if (at < 0) return { path: file };
  const below = lines.slice(at + 1, at + 1 + MAX_LINES);
  const indent = indentOf(lines[at] ?? "");
  const block = below.slice(0, lengthOfBlock(below, indent));
  const code = block
    .map((line) => line.slice(indent))
    .join("\n")
    .trimEnd();
  // A marker at the margin stands above a whole function.
  const head = block.findIndex((line) => line.includes("function "));
  const around = indent === 0 ? block.slice(0, head + 1) : lines.slice(0, at);
  return { path: file, functionName: functionIn(around), line: at + 2, code };
}

/** Returns how many of these lines belong to the block that begins with the first one. */
function lengthOfBlock(lines: readonly string[], indent: number): number {
  const last = lines.findIndex((line) =>
    indent === 0 ? line === "}" : line.trim() !== "" && indentOf(line) < indent,
  );
  if (last < 0) return lines.length;
  return indent === 0 ? last + 1 : last;
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(fileURLToPath(new URL(file, ROOT)), "utf8").split("\n");
  } catch {
    return [];
  }
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Returns the name of the function that is still open at the end of these lines. */
function functionIn(lines: readonly string[]): string | undefined {
  let outermost = Infinity;
  for (const line of lines.toReversed()) {
    // The end of a list of parameters is at the margin of its function.
    if (line.trim() === "" || line.trimStart().startsWith(")")) continue;
    const name = /\bfunction (\w+)/.exec(line)?.[1];
    if (name !== undefined && indentOf(line) < outermost) return name;
    outermost = Math.min(outermost, indentOf(line));
  }
  return undefined;
}
