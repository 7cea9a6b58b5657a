import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createIdentityNetworkClient } from "../../src/auth/identity-network-client.js";
import { startScriptedApi, type ScriptedApi } from "../support/scripted-api.js";
import { setUpForEach } from "../support/set-up.js";

const endpoint: ScriptedApi = setUpForEach(() => startScriptedApi());
let client: ReturnType<typeof createIdentityNetworkClient>;

beforeEach(() => {
  client = createIdentityNetworkClient();
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the network client for managed identities", () => {
  it("sends what MSAL asks for, by GET and by POST", async () => {
    const headers = { "X-IDENTITY-HEADER": "secret" };
    await client.sendGetRequestAsync(`${endpoint.url}/token?resource=a`, { headers });
    await client.sendPostRequestAsync(`${endpoint.url}/token`, { headers, body: "resource=a" });
    await client.sendGetRequestAsync(`${endpoint.url}/token`);
    expect(endpoint.seen.map(({ method, body }) => [method, body])).toEqual([
      ["GET", ""],
      ["POST", "resource=a"],
      ["GET", ""],
    ]);
    const [get, post, bare] = endpoint.seen;
    expect(get?.params).toEqual({ resource: "a" });
    expect(get?.headers).toMatchObject({ "x-identity-header": "secret" });
    expect(post?.headers).toMatchObject({ "x-identity-header": "secret" });
    expect(bare?.headers).not.toHaveProperty("x-identity-header");
  });

  it("returns the status, the JSON, and the headers that MSAL reads", async () => {
    const challenge = "Basic realm=/var/opt/azcmagent/tokens/key";
    const headers = { "WWW-Authenticate": challenge, "Retry-After": "7", "X-Other": "other" };
    endpoint.nextAnswers.push({ status: 401, headers, body: { error: "unauthorized" } });
    expect(await client.sendGetRequestAsync(endpoint.url)).toEqual({
      status: 401,
      headers: { "www-authenticate": challenge, "retry-after": "7" },
      body: { error: "unauthorized" },
    });
    endpoint.nextAnswers.push({ status: 200, body: { access_token: "token" } });
    expect(await client.sendGetRequestAsync(endpoint.url)).toEqual({
      status: 200,
      headers: {},
      body: { access_token: "token" },
    });
  });

  it("fails when the endpoint sends no JSON", async () => {
    endpoint.nextAnswers.push({ status: 200, body: "<h1>Hello</h1>" });
    await expect(client.sendGetRequestAsync(endpoint.url)).rejects.toThrow(SyntaxError);
  });

  it("gives the endpoint five seconds", async () => {
    const controller = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(controller.signal);
    endpoint.nextAnswers.push({ status: 200, write: () => undefined });
    const request = client.sendGetRequestAsync(endpoint.url);
    await expect.poll(() => endpoint.seen).toHaveLength(1);
    controller.abort(new DOMException("The time is over", "TimeoutError"));
    await expect(request).rejects.toMatchObject({ name: "TimeoutError" });
    expect(timeout.mock.calls).toEqual([[5_000]]);
  });
});
