import type { Words } from "../../trace/story/demands.js";
import { tracePageOf, type ListedAction, type Row, type TracePageInput } from "./trace-page.js";

/** Returns an action as Markdown: what happened, and each message in a line. */
export function markdownOf(input: TracePageInput): string {
  const { chosen, rows } = tracePageOf(input);
  return chosen === undefined ? "" : writeAction(chosen, rows);
}

function writeAction(action: ListedAction, rows: readonly Row[]): string {
  const { title, dateTime, outcome, servers, person } = action;
  const lead = outcome.lead === "" ? "" : `**${outcome.lead}** `;
  const times = [
    `${servers} with servers`,
    ...(person === undefined ? [] : [`${person} with you`]),
  ];
  return [
    `## ${escape(title)}`,
    "",
    `${dateTime}: ${lead}${markdownWords(outcome.rest)} (${times.join(", ")})`,
    "",
    ...rows.map(lineOf),
    "",
  ].join("\n");
}

function lineOf(row: Row): string {
  switch (row.kind) {
    case "message": {
      const { number, parties, brief, details } = row;
      const claims = details.claims === undefined ? "" : `\n  ${fence(details.claims.decoded)}`;
      return `- ${number}. ${escape(parties)}: ${escape(brief)}${claims}`;
    }
    case "decision":
      return `- _Web app decides: ${escape(row.text)}_`;
    case "bracket":
    case "press":
      return `- _${escape(row.text)}_`;
  }
}

function fence(json: string): string {
  return ["```json", ...json.split("\n"), "```"].join("\n  ");
}

function markdownWords(words: Words): string {
  return words
    .map((word) =>
      typeof word === "string" ? escape(word) : `\`${word.code.replaceAll("`", "")}\``,
    )
    .join("");
}

/** Keeps text from becoming Markdown or HTML. */
function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, "\\$&");
}
