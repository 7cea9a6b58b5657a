import { afterAll, describe, expect, it } from "vitest";
import {
  readTokenResponse,
  refresh,
  requestToken,
  signIn,
  startTestSandbox,
} from "../test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

describe("a refresh token", () => {
  it("is replaced with every use, and the old one still works", async () => {
    const { refresh_token: first } = await signIn(sandbox);
    const second = await readTokenResponse(await refresh(sandbox, first));
    const again = await readTokenResponse(await refresh(sandbox, first));
    expect(new Set([first, second.refresh_token, again.refresh_token]).size).toBe(3);
    expect((await refresh(sandbox, second.refresh_token)).status).toBe(200);
  });

  it("renews access tokens for each API", async () => {
    const { refresh_token } = await signIn(sandbox);
    const forGraph = await readTokenResponse(
      await refresh(sandbox, refresh_token, { scope: "openid User.Read" }),
    );
    expect(forGraph.scope).toBe("openid User.Read");
    expect(forGraph.refresh_token).toBeUndefined();
  });

  it("is refused when it is unknown", async () => {
    const body = await readTokenResponse(await refresh(sandbox, "made-up"));
    expect(body).toMatchObject({ error: "invalid_grant", error_codes: [70000] });
  });
});

describe("the token endpoint", () => {
  it("responds 405 to a GET", async () => {
    const response = await fetch(`${sandbox.url}/${sandbox.tenantId}/oauth2/v2.0/token`);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
  });

  it("refuses a script of another origin, because no single-page app is registered", async () => {
    const response = await requestToken(
      sandbox,
      { grant_type: "refresh_token", refresh_token: "any" },
      { origin: "http://localhost:3000" },
    );
    expect(response.status).toBe(400);
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
    const body = await readTokenResponse(response);
    expect(body).toMatchObject({ error: "invalid_request", error_codes: [9002326] });
  });

  it("forbids the caching of its responses", async () => {
    const response = await refresh(sandbox, "made-up");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("responds in JSON for an unknown tenant", async () => {
    const response = await fetch(`${sandbox.url}/nobody/oauth2/v2.0/token`, { method: "POST" });
    expect(response.status).toBe(400);
    expect(await readTokenResponse(response)).toMatchObject({ error: "invalid_tenant" });
  });
});
