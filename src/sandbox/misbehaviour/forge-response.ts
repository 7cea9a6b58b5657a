import type { SandboxState } from "../sandbox-state.js";
import type { Misbehaviour } from "./misbehaviours.js";

type Field = readonly [name: string, value: string];
type Fields = readonly Field[];

const CHANGES: Partial<Record<Misbehaviour, (fields: Fields) => Fields>> = {
  "response-iss-wrong": (fields) => replace(fields, "iss", "https://other.example/v2.0"),
  "response-iss-empty": (fields) => replace(fields, "iss", ""),
  "response-iss-missing": (fields) => without(fields, "iss"),
  "state-wrong": (fields) => replace(fields, "state", "another"),
  "state-missing": (fields) => without(fields, "state"),
  "state-twice": (fields) => twice(fields, "state"),
  "code-twice": (fields) => twice(fields, "code"),
  "error-with-code": (fields) => [...fields, ["error", "access_denied"]],
};

/** Returns the parameters of a response to the redirect URI, with the error that the state asks for. */
export function orForgeResponse(state: SandboxState, fields: Fields): Fields {
  const { misbehaviour, issuer, issuerInResponses } = state;
  const all: Fields = issuerInResponses ? [...fields, ["iss", issuer]] : fields;
  if (misbehaviour === undefined) return all;
  return CHANGES[misbehaviour]?.(all) ?? all;
}

function replace(fields: Fields, name: string, value: string): Fields {
  return [...without(fields, name), [name, value]];
}

function without(fields: Fields, unwanted: string): Fields {
  return fields.filter(([name]) => name !== unwanted);
}

function twice(fields: Fields, wanted: string): Fields {
  return [...fields, ...fields.filter(([name]) => name === wanted)];
}
