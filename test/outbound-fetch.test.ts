import type { RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createOutboundFetch } from "../src/outbound-fetch.js";
import { listen } from "./support/listen.js";

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const { url, close } = await listen(listener);
  closers.push(close);
  return url;
}

describe("createOutboundFetch", () => {
  it("contacts no origin that is not configured", async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      response.end();
    });
    const fetch = createOutboundFetch({ allowed: ["https://example.com"] });
    await expect(fetch(url)).rejects.toThrow(TypeError);
    expect(calls).toBe(0);
  });

  it("hands a redirect over instead of following it", async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.url === "/" ? 307 : 200, { Location: "/elsewhere" }).end();
    });
    const fetch = createOutboundFetch({ allowed: [url] });
    const response = await fetch(`${url}/`, { method: "POST", body: "secret" });
    expect(response.status).toBe(307);
  });

  it("reads responses of 256 KB and no larger ones", async () => {
    const url = await serve((request, response) => {
      response.end("a".repeat(256 * 1024 + (request.url === "/more" ? 1 : 0)));
    });
    const fetch = createOutboundFetch({ allowed: [url] });
    expect(await (await fetch(url)).text()).toHaveLength(256 * 1024);
    await expect(fetch(`${url}/more`)).rejects.toThrow(TypeError);
  });
});
