import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { listen, type Listening, readRequest, type SeenRequest, type Tls } from "./listen.js";

/** A response that a test dictates. */
export interface ScriptedAnswer {
  readonly status: number;
  /** An array is several header lines of that name. */
  readonly headers?: OutgoingHttpHeaders;
  /** A string is sent as it is; anything else as JSON. */
  readonly body?: unknown;
  /** Writes the response in place of all that; for one that is no proper response. */
  readonly write?: (response: ServerResponse) => void;
}

/** Returns the response of a {@link ScriptedApi} to a request. */
export type Script = (request: SeenRequest) => ScriptedAnswer | Promise<ScriptedAnswer>;

/** An API that responds as the test dictates and records what it received. */
export interface ScriptedApi extends Listening {
  /** Every request, in order. */
  readonly seen: SeenRequest[];
  /** Responses that are sent first, in order, each once. */
  readonly nextAnswers: ScriptedAnswer[];
  /** Responds when {@link ScriptedApi.nextAnswers} is empty. */
  answer: Script;
}

/** Starts an API that responds with `200 {}` until a test says otherwise. */
export async function startScriptedApi(
  answer: Script = () => ({ status: 200, body: {} }),
  tls?: Tls,
): Promise<ScriptedApi> {
  const seen: SeenRequest[] = [];
  const nextAnswers: ScriptedAnswer[] = [];
  const listening = await listen((request, response) => {
    void readRequest(request).then(async (received) => {
      seen.push(received);
      sendScripted(response, nextAnswers.shift() ?? (await api.answer(received)));
    });
  }, tls);
  const api: ScriptedApi = { ...listening, seen, nextAnswers, answer };
  return api;
}

/** Writes a dictated response and adds only the type of a JSON body. */
export function sendScripted(response: ServerResponse, answer: ScriptedAnswer): void {
  if (answer.write !== undefined) {
    answer.write(response);
    return;
  }
  const isText = typeof answer.body === "string" || answer.body === undefined;
  const type = isText ? {} : { "content-type": "application/json" };
  response.writeHead(answer.status, { ...type, ...answer.headers });
  response.end(isText ? answer.body : JSON.stringify(answer.body));
}
