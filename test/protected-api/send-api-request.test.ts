import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createOutboundFetch } from "../../src/outbound-fetch.js";
import { type ApiRequest, sendApiRequest } from "../../src/protected-api/send-api-request.js";
import { startScriptedApi } from "../support/scripted-api.js";
import type { ScriptedAnswer, ScriptedApi } from "../support/scripted-api.js";

const NO_ANSWER = { status: 0, wwwAuthenticate: null, body: undefined };

let api: ScriptedApi;

beforeEach(async () => {
  api = await startScriptedApi();
});

afterEach(async () => {
  vi.useRealTimers();
  await api.close();
});

async function send(answer: ScriptedAnswer, request: Partial<ApiRequest> = {}) {
  api.nextAnswers.push(answer);
  const fetch = createOutboundFetch({ allowed: [api.url] });
  return sendApiRequest({ url: `${api.url}/payslips`, ...request }, "the-token", fetch);
}

describe("a request to an API", () => {
  it("carries the token in the header and nowhere else", async () => {
    await send({ status: 200, body: {} });
    const [seen] = api.seen;
    expect(seen).toMatchObject({ method: "GET", path: "/payslips", params: {}, body: "" });
    expect(seen?.headers.authorization).toBe("Bearer the-token");
    expect(seen?.headers.accept).toBe("application/json");
    expect(seen?.headers["content-type"]).toBeUndefined();
  });

  it("carries a body as JSON, with the headers of the call", async () => {
    const headers = { "Idempotency-Key": "once" };
    await send({ status: 200 }, { method: "POST", body: { iban: "x" }, headers });
    const [seen] = api.seen;
    expect(seen).toMatchObject({ method: "POST", body: '{"iban":"x"}' });
    expect(seen?.headers["content-type"]).toBe("application/json");
    expect(seen?.headers["idempotency-key"]).toBe("once");
  });

  it("lets no header of the call take the token's place", async () => {
    await send({ status: 200 }, { headers: { Authorization: "Bearer another" } });
    expect(api.seen[0]?.headers.authorization).toBe("Bearer the-token");
  });
});

describe("an API's answer", () => {
  it("is its status, its parsed body and its challenges as one list", async () => {
    const headers = { "WWW-Authenticate": ["Negotiate", 'Bearer realm=""'], "Retry-After": "7" };
    expect(await send({ status: 401, headers, body: { error: "x" } })).toEqual({
      status: 401,
      wwwAuthenticate: 'Negotiate, Bearer realm=""',
      retryAfterSeconds: 7,
      body: { error: "x" },
    });
  });

  it.each(["", "<h1>Hello</h1>", '{"half":'])(
    "has no body when that is no JSON: %s",
    async (body) => {
      expect(await send({ status: 200, body })).toMatchObject({ status: 200, body: undefined });
    },
  );

  it.each(["-1", "soon", "Mon, 01 Jan 2001 00:00:00 GMT"])(
    "says nothing about when to come again that cannot be used: %s",
    async (retryAfter) => {
      const answer = await send({ status: 503, headers: { "Retry-After": retryAfter } });
      expect(answer.retryAfterSeconds).toBeUndefined();
    },
  );

  it("is a redirect when it is one: the token goes nowhere else", async () => {
    const decoy = await startScriptedApi();
    const answer = await send({ status: 307, headers: { Location: decoy.url } });
    expect(answer.status).toBe(307);
    expect(decoy.seen).toEqual([]);
    await decoy.close();
  });

  it("is a redirect also with the platform's fetch, which would follow it", async () => {
    const decoy = await startScriptedApi();
    api.nextAnswers.push({ status: 307, headers: { Location: decoy.url } });
    const answer = await sendApiRequest({ url: api.url }, "the-token", fetch);
    expect(answer.status).toBe(307);
    expect(api.seen).toMatchObject([{ method: "GET", body: "" }]);
    expect(decoy.seen).toEqual([]);
    await decoy.close();
  });

  it("is none when it is too large", async () => {
    expect(await send({ status: 200, body: { x: "x".repeat(300_000) } })).toEqual(NO_ANSWER);
  });

  it("is none when nobody listens", async () => {
    await api.close();
    expect(await send({ status: 200 })).toEqual(NO_ANSWER);
  });

  it("is none when it does not end within ten seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const endless = { status: 200, headers: { "content-length": "1000" }, body: "{" };
    const settled = vi.fn();
    const answer = send(endless).finally(settled);
    await vi.waitFor(() => {
      expect(api.seen).toHaveLength(1);
    });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await answer).toEqual(NO_ANSWER);
  });

  it("leaves no timer behind", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const before = vi.getTimerCount();
    await sendApiRequest({ url: api.url }, "the-token", fetch);
    expect(vi.getTimerCount()).toBe(before);
  });
});
