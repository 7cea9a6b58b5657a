import { afterEach, describe, expect, it, vi } from "vitest";
import { createNetworkClient } from "../../src/auth/network-client.js";
import { createOutboundFetch } from "../../src/outbound-fetch.js";
import {
  type ScriptedAnswer,
  type ScriptedApi,
  startScriptedApi,
} from "../support/scripted-api.js";
import { makeSelfSigned } from "../support/self-signed.js";
import { startCuttingServer } from "../support/cutting-server.js";

const TOKENS = { status: 200, body: { token_type: "Bearer", access_token: "token" } };
const REFRESH = "client_secret=s&grant_type=refresh_token&refresh_token=r";
const CODE = "client_secret=s&grant_type=authorization_code&code=c";

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closers.splice(0)) await close();
});

/** A token endpoint that answers like this, in order; afterwards it grants. */
async function serve(...answers: ScriptedAnswer[]): Promise<ScriptedApi> {
  const endpoint = await startScriptedApi(() => TOKENS);
  endpoint.nextAnswers.push(...answers);
  closers.push(endpoint.close);
  return endpoint;
}

/** A client that may speak to this origin, and how long it wanted to wait. */
function clientFor(url: string) {
  const waits: number[] = [];
  const client = createNetworkClient({
    fetch: createOutboundFetch({ allowed: [url] }),
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return { ...client, waits };
}

function post(client: ReturnType<typeof clientFor>, url: string, body: string) {
  return client.sendPostRequestAsync<Record<string, unknown>>(url, { body });
}

/** Answers after which the same refresh token may be sent once more. */
const PASSING: Readonly<Record<string, ScriptedAnswer>> = {
  "500 with an error": { status: 500, body: { error: "server_error" } },
  "500 with a token": { ...TOKENS, status: 500 },
  "503 without a body": { status: 503 },
  "a page": { status: 200, body: "<h1>Sign in</h1>" },
  "200 without tokens": { status: 200, body: {} },
  "half an answer": { status: 200, body: '{"access_token":"half' },
  "an empty token": { status: 200, body: { access_token: "" } },
  "a token that is no text": { status: 200, body: { access_token: 12 } },
  "a redirect": { status: 302, headers: { Location: "/elsewhere" } },
};

/** Answers that another try would not change, or that ask for none. */
const LASTING: Readonly<Record<string, ScriptedAnswer>> = {
  "400 with an error": { status: 400, body: { error: "invalid_grant" } },
  "429": { status: 429, headers: { "Retry-After": "1" } },
  "503 for longer than we wait": { status: 503, headers: { "Retry-After": "4" } },
  "503 for a time that is no time": { status: 503, headers: { "Retry-After": "-1" } },
  "503 until a date": { status: 503, headers: { "Retry-After": "Fri, 20 Nov 2026 10:00:00 GMT" } },
};

describe("a refresh token", () => {
  it.each(Object.entries(PASSING))("is sent twice, not thrice, after %s", async (_name, answer) => {
    const endpoint = await serve(answer, answer);
    const client = clientFor(endpoint.url);
    await post(client, endpoint.url, REFRESH);
    expect(endpoint.seen.map((each) => each.body)).toEqual([REFRESH, REFRESH]);
    expect(client.lastResponse()?.status).toBe(answer.status);
    const { status, body } = await post(client, endpoint.url, REFRESH);
    expect({ status, body }).toEqual(TOKENS);
  });

  it.each(Object.entries(LASTING))("is sent once after %s", async (_name, answer) => {
    const endpoint = await serve(answer);
    const client = clientFor(endpoint.url);
    await post(client, endpoint.url, REFRESH);
    expect(endpoint.seen).toHaveLength(1);
    expect(client.waits).toEqual([]);
  });

  it.each([0, 2, 3])("waits for %i s when it is told, and a moment more", async (seconds) => {
    const endpoint = await serve();
    const client = clientFor(endpoint.url);
    for (let count = 0; count < 20; count += 1) {
      const headers = { "Retry-After": String(seconds) };
      endpoint.nextAnswers.push({ status: 503, headers: seconds === 0 ? {} : headers });
      await post(client, endpoint.url, REFRESH);
    }
    const moments = client.waits.map((ms) => ms - seconds * 1_000);
    expect(moments).toHaveLength(20);
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...moments)).toBeLessThanOrEqual(400);
    // Not all clients come back at the same time.
    expect(Math.max(...moments) - Math.min(...moments)).toBeGreaterThan(10);
  });

  it("is sent again within what is left of the ten seconds, else not", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout");
    const clock = vi.spyOn(performance, "now");
    for (const elapsedMs of [4_000, 10_000]) {
      const endpoint = await serve({ status: 503 });
      clock.mockReturnValueOnce(1_000).mockReturnValueOnce(1_000 + elapsedMs);
      await post(clientFor(endpoint.url), endpoint.url, REFRESH);
      expect(endpoint.seen).toHaveLength(elapsedMs === 4_000 ? 2 : 1);
    }
    expect(timeout.mock.calls.map(([ms]) => ms)).toEqual([5_000, 6_000, 5_000]);
  });

  it("is sent to no other address, wherever a redirect points", async () => {
    const decoy = await serve();
    const redirect = { status: 307, headers: { Location: decoy.url } };
    const endpoint = await serve(redirect, redirect);
    const client = clientFor(endpoint.url);
    await post(client, endpoint.url, REFRESH);
    expect(client.lastResponse()?.status).toBe(307);
    expect(decoy.seen).toEqual([]);
  });

  it("is given up when the connection is cut twice", async () => {
    const { url, connections } = await startCuttingServer(closers);
    const client = clientFor(url);
    const { status, body } = await post(client, url, REFRESH);
    expect({ status, body }).toEqual({ status: 0, body: {} });
    expect(client.lastResponse()).toMatchObject({ status: 0, failure: "network" });
    expect(connections()).toBe(2);
  });
});

describe("an authorization code", () => {
  const answers = [...Object.entries(PASSING), ...Object.entries(LASTING)];

  it.each(answers)("is sent once, also after %s", async (_name, answer) => {
    const endpoint = await serve(answer);
    const client = clientFor(endpoint.url);
    await post(client, endpoint.url, CODE);
    expect(endpoint.seen.map((each) => each.body)).toEqual([CODE]);
  });

  it("is sent once when the connection is cut: it may have been spent", async () => {
    const { url, connections } = await startCuttingServer(closers);
    const client = clientFor(url);
    await post(client, url, CODE);
    expect(client.lastResponse()).toMatchObject({ status: 0, failure: "network" });
    expect(connections()).toBe(1);
  });

  it("has ten seconds", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout");
    const endpoint = await serve();
    await post(clientFor(endpoint.url), endpoint.url, CODE);
    expect(timeout.mock.calls).toEqual([[10_000]]);
  });
});

describe("a token endpoint", () => {
  it("is told from an impostor by its certificate, once", async () => {
    const impostor = await startScriptedApi(() => TOKENS, makeSelfSigned());
    closers.push(impostor.close);
    const client = clientFor(impostor.url);
    await post(client, impostor.url, REFRESH);
    expect(client.lastResponse()).toMatchObject({ status: 0, failure: "certificate" });
    expect(client.waits).toEqual([]);
    expect(impostor.seen).toEqual([]);
  });

  it("is not read for more than 256 KB", async () => {
    const flood = { status: 200, body: { access_token: "x".repeat(300_000) } };
    const endpoint = await serve(flood, flood);
    const client = clientFor(endpoint.url);
    expect((await post(client, endpoint.url, REFRESH)).body).toEqual({});
    expect(client.lastResponse()).toMatchObject({ status: 0, failure: "network" });
  });

  it("is remembered as it answered", async () => {
    const headers = { "Retry-After": "9", Date: "Thu, 01 Jan 2026 00:00:00 GMT" };
    const answer = { status: 429, headers, body: '{"error":"x"' };
    const endpoint = await serve(answer);
    const client = clientFor(endpoint.url);
    expect(client.lastResponse()).toBeUndefined();
    await post(client, endpoint.url, CODE);
    const read = { retryAfter: "9", authorityTime: Date.UTC(2026, 0, 1) };
    expect(client.lastResponse()).toEqual({ status: 429, body: answer.body, ...read });
  });

  it("is all that is contacted: MSAL gets nothing for itself", async () => {
    const endpoint = await serve();
    const client = clientFor(endpoint.url);
    await expect(client.sendGetRequestAsync(endpoint.url)).rejects.toThrow();
    expect(endpoint.seen).toEqual([]);
  });
});
