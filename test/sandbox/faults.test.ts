import { afterAll, describe, expect, it } from "vitest";
import { buildFlow, refresh, startTestSandbox, turn } from "./test-client.js";

const sandbox = await startTestSandbox({ webAppUrl: "http://localhost:3000" });
afterAll(() => sandbox.close());

describe("a fault", () => {
  function requestKeys(): Promise<Response> {
    return fetch(`${sandbox.url}/${sandbox.tenantId}/discovery/v2.0/keys`);
  }

  it("fails the given number of requests, and then no more", async () => {
    await turn(sandbox, "faults", { endpoint: "keys", mode: "error", times: 2 });
    const statuses = [await requestKeys(), await requestKeys(), await requestKeys()];
    expect(statuses.map(({ status }) => status)).toEqual([500, 500, 200]);
  });

  it("sends Retry-After when the endpoint is busy", async () => {
    await turn(sandbox, "faults", { endpoint: "token", mode: "throttle", retryAfterSeconds: 7 });
    const response = await refresh(sandbox, "any");
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
    await turn(sandbox, "faults", { endpoint: "token", mode: "none" });
    expect((await refresh(sandbox, "any")).status).toBe(400);
  });

  it("responds with an unrelated page", async () => {
    await turn(sandbox, "faults", { endpoint: "graph", mode: "html", times: 1 });
    const response = await fetch(`${sandbox.url}/v1.0/me`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
  });

  it.each([
    ["error", 500],
    ["throttle", 429],
    ["html", 200],
  ])("shows a page with ways back at the authorization endpoint: %s", async (mode, status) => {
    await turn(sandbox, "faults", { endpoint: "authorize", mode, times: 1 });
    const response = await fetch(buildFlow(sandbox).url, { headers: { accept: "text/html" } });
    const page = await response.text();
    expect(response.status).toBe(status);
    expect(response.headers.has("retry-after")).toBe(mode === "throttle");
    expect(page).toContain('href="http://localhost:3000"');
    expect(page).toContain('href="/#fault-authorize"');
  });

  it("drops the connection when it hangs", async () => {
    await turn(sandbox, "faults", { endpoint: "keys", mode: "hang", delayMs: 1, times: 1 });
    await expect(requestKeys()).rejects.toBeInstanceOf(TypeError);
  });

  it("responds late when it is slow", async () => {
    await turn(sandbox, "faults", { endpoint: "keys", mode: "slow", delayMs: 1, times: 1 });
    expect((await requestKeys()).status).toBe(200);
  });
});
