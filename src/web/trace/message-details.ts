import { claimsTable, isTime, timeAndAge } from "../../trace/story/claims-table.js";
import type { ClaimRow } from "../../trace/story/claims-table.js";
import { meaningOf } from "../../trace/story/claim-meanings.js";
import { heldValues } from "../../trace/story/demands.js";
import { explain } from "../../trace/story/describe-message.js";
import { firstWith, originOfClaims } from "../../trace/story/equal-values.js";
import { requestOf } from "../../trace/story/timing.js";
import type { Field, Message, RemovedField, TokenView } from "../../trace/trace-entry.js";
import { curlCommand } from "./curl-command.js";
import { snippetOf, type Snippet } from "./source-snippets.js";
import { sectionsOf, type Section } from "./specifications.js";

/** A name and its value as text. */
interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** A token, claim by claim. */
interface TokenDetails {
  readonly use: TokenView["use"];
  /** The token itself, which is removed. */
  readonly text: string;
  readonly rows: readonly (NamedText & { readonly meaning: string })[];
}

/** The claims request of a message. */
interface ClaimsDetails {
  /** As it is written on the wire. */
  readonly written: string | undefined;
  readonly decoded: string;
  readonly origin: string | undefined;
}

/** All that the page says about a message. */
export interface MessageDetails {
  readonly sentence: string;
  /** The first line on the wire. */
  readonly line: string;
  readonly headers: readonly NamedText[];
  readonly parameters: readonly NamedText[];
  readonly unlisted: number;
  readonly claims: ClaimsDetails | undefined;
  readonly table: readonly ClaimRow[];
  readonly tokens: readonly TokenDetails[];
  readonly snippet: Snippet;
  readonly sections: readonly Section[];
  readonly curl: string;
}

/** Returns what the page says about a message of an action. */
export function detailsOf(message: Message, messages: readonly Message[]): MessageDetails {
  function show(field: Field): NamedText {
    return showField(field, message, messages);
  }
  const { refusal = {} } = message;
  const codes = Object.entries(refusal).map(([name, value]) => ({ name, text: String(value) }));
  return {
    sentence: explain(message),
    line: lineOnWire(message),
    headers: message.headers.map(show),
    parameters: [...message.parameters.map(show), ...codes],
    unlisted: message.unlisted ?? 0,
    claims: claimsOf(message, messages),
    table: claimsTable(message, messages),
    tokens: message.tokens.map((token) => ({
      use: token.use,
      text: removedText(token, message, messages),
      rows: rowsOf(token, message, messages),
    })),
    snippet: snippetOf(message),
    sections: sectionsOf(message),
    curl: curlCommand(requestOf(message, messages)),
  };
}

function lineOnWire({ method, address, status }: Message): string {
  if (method !== undefined) return `${method} ${address ?? ""}`;
  return status === undefined || status === 0 ? "no response" : `HTTP ${status}`;
}

function showField(field: Field, message: Message, messages: readonly Message[]): NamedText {
  const { name } = field;
  return { name, text: "value" in field ? field.value : removedText(field, message, messages) };
}

/** Returns what is left of a removed value: "removed, 43 characters, #3f9a, the same as in 4". */
function removedText(
  { length, digest }: Omit<RemovedField, "name">,
  message: Message,
  messages: readonly Message[],
): string {
  const first = firstWith(digest, message, messages);
  const same = first === undefined ? "" : `, the same as in ${first}`;
  return `removed, ${length} characters, #${digest.slice(0, 4)}${same}`;
}

function claimsOf(message: Message, messages: readonly Message[]): ClaimsDetails | undefined {
  if (message.claims === undefined) return undefined;
  const decoded = JSON.stringify(JSON.parse(message.claims), undefined, 2);
  const { asked, sameAs } = originOfClaims(message, messages);
  const origins = [
    ...(asked.length === 0 ? [] : [`with what was asked for in ${asked.join(" and ")}`]),
    ...(sameAs === undefined ? [] : [`the same claims as in ${sameAs}`]),
  ];
  const origin = origins.length === 0 ? undefined : origins.join("; ");
  return { written: message.writtenClaims, decoded, origin };
}

function rowsOf(token: TokenView, message: Message, messages: readonly Message[]) {
  const shown = Object.keys(token.claims ?? {}).map((name) => {
    const [first = "", ...others] = heldValues(name, token.claims ?? {});
    const text = isTime(name)
      ? timeAndAge(Number(first), message.at)
      : [first, ...others].join(", ");
    return { name, text };
  });
  const removed = token.removed.map((field) => showField(field, message, messages));
  return [...shown, ...removed].map((row) => ({ ...row, meaning: meaningOf(row.name) }));
}
