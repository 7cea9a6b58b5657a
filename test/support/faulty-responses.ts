import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { ScriptedAnswer } from "./scripted-api.js";

/** Decoded it has 64 MB, many times what is read of a response. */
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024));

const CHUNK = Buffer.alloc(64 * 1024, "a");
const JSON_TYPE = { "content-type": "application/json" };

/** How servers fail, by what they do. */
export const FAULTY_RESPONSES = {
  "is silent": faulty(() => undefined),
  "sends a byte at a time": faulty(drip),
  "sends without end": faulty(flood),
  "sends a compressed bomb": faulty((response) => {
    response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" }).end(BOMB);
  }),
  "sends half of its response": faulty((response) => {
    response.writeHead(200, { ...JSON_TYPE, "content-length": "1000" });
    response.write('{"half":', () => response.destroy());
  }),
  "resets the connection": faulty((response) => {
    response.socket?.resetAndDestroy();
  }),
  "sends headers without end": faulty((response) => {
    response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${"a".repeat(1024 * 1024)}`);
  }),
  "responds with 500": { status: 500, body: { error: "server_error" } },
} as const satisfies Readonly<Record<string, ScriptedAnswer>>;

function faulty(write: (response: ServerResponse) => void): ScriptedAnswer {
  return { status: 200, write };
}

function drip(response: ServerResponse): void {
  response.writeHead(200, JSON_TYPE);
  const timer = setInterval(() => response.write(" "), 10);
  response.once("close", () => {
    clearInterval(timer);
  });
}

/** Sends as fast as the receiver reads. */
function flood(response: ServerResponse): void {
  response.writeHead(200, JSON_TYPE);
  function more(): void {
    while (!response.destroyed && response.write(CHUNK));
  }
  response.on("drain", more);
  more();
}
