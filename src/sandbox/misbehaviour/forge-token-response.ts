import type { Response } from "express";
import type { SandboxState } from "../sandbox-state.js";
import type { Misbehaviour } from "./misbehaviours.js";

const PADDING = " ".repeat(64 * 1024);
/** More than any client may read. */
const OVERSIZE_BYTES = 64 * 1024 * 1024;
const DRIP_MS = 100;

type Send = (response: Response, tokens: object, state: SandboxState) => void;

const RESPONSES: Partial<Record<Misbehaviour, Send>> = {
  "token-redirect": (response, _tokens, { url }) => {
    response.redirect(307, `${url}/another-token-endpoint`);
  },
  "token-type-wrong": (response, tokens) => response.json({ ...tokens, token_type: "mac" }),
  "token-oversized": (response, tokens) => {
    pour(response.type("json"), JSON.stringify(tokens), OVERSIZE_BYTES);
  },
  "token-endless": (response) => {
    pour(response.type("json"), "", Infinity);
  },
  "token-slow": (response) => {
    drip(response.type("json"));
  },
};

/** Sends the response to a token request, with the error that the state asks for. */
export function sendOrForgeTokens(state: SandboxState, response: Response, tokens: object): void {
  const { misbehaviour } = state;
  const send = misbehaviour === undefined ? undefined : RESPONSES[misbehaviour];
  if (send === undefined) response.json(tokens);
  else send(response, tokens, state);
}

/** Writes blanks, which JSON allows, as fast as the client reads them, and then the end. */
function pour(response: Response, end: string, bytes: number): void {
  let left = bytes;
  function write(): void {
    while (left > 0 && !response.destroyed) {
      left -= PADDING.length;
      if (!response.write(PADDING)) {
        response.once("drain", write);
        return;
      }
    }
    if (!response.destroyed) response.end(end);
  }
  write();
}

/** Writes a blank from time to time until the client has disconnected. */
function drip(response: Response): void {
  const timer = setInterval(() => response.write(" "), DRIP_MS).unref();
  response.on("close", () => {
    clearInterval(timer);
  });
}
