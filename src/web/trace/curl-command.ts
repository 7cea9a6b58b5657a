import type { Field, Message } from "../../trace/trace-entry.js";

/**
 * Returns a request as a command for a shell. In place of each value that was removed it has a variable,
 * such as `$TOKEN`; nothing secret is in it.
 */
export function curlCommand(request: Message): string {
  const { method = "GET", address = "", headers, parameters, claims } = request;
  const isForm = request.kind === "token-request";
  const option = isForm ? "--data-urlencode" : "--url-query";
  const sent = [
    ...parameters,
    ...(claims === undefined ? [] : [{ name: "claims", value: claims }]),
  ];
  return [
    `curl ${quote(address)}`,
    ...(method === "GET" || isForm ? [] : [`--request ${method}`]),
    ...headers.map((field) => `--header ${headerOf(field)}`),
    ...sent.map((field) => `${option} ${pairOf(field)}`),
    // The body is the person's input, and not kept.
    ...(!isForm && headers.some(isJsonType) ? ['--data "$BODY"'] : []),
  ].join(" \\\n  ");
}

function isJsonType(field: Field): boolean {
  return field.name === "Content-Type" && "value" in field && field.value.includes("json");
}

function headerOf(field: Field): string {
  if ("value" in field) return quote(`${field.name}: ${field.value}`);
  if (field.name.startsWith("Authorization")) return '"Authorization: Bearer $TOKEN"';
  return `"${field.name}: ${variableOf(field.name)}"`;
}

function pairOf(field: Field): string {
  if ("value" in field) return quote(`${field.name}=${field.value}`);
  return `"${field.name}=${variableOf(field.name)}"`;
}

function variableOf(name: string): string {
  return `$${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}

/** Quotes text for a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
