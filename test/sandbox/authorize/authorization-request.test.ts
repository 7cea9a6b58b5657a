import { afterAll, describe, expect, it } from "vitest";
import { browse } from "../drive-pages.js";
import { readPage } from "../html-page.js";
import { buildFlow, type Changes, REDIRECT_URI, startTestSandbox } from "../test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

describe("an authorization request without a trusted redirect URI", () => {
  const cases: readonly (readonly [string, readonly [Changes, number]])[] = [
    ["the client is unknown", [{ client_id: "somebody-else" }, 700016]],
    ["the client is missing", [{ client_id: null }, 90014]],
    ["the redirect URI is missing", [{ redirect_uri: null }, 90014]],
    [
      "the redirect URI has another host",
      [{ redirect_uri: "http://evil.example/redirect" }, 50011],
    ],
    ["the redirect URI has a longer path", [{ redirect_uri: `${REDIRECT_URI}/more` }, 50011]],
    ["the redirect URI has a query", [{ redirect_uri: `${REDIRECT_URI}?a=b` }, 50011]],
    ["the redirect URI differs by case", [{ redirect_uri: REDIRECT_URI.toUpperCase() }, 50011]],
  ];
  it.each(cases)("gets a page and no redirect when %s", async (_when, [changes, aadsts]) => {
    const response = await browse({ url: buildFlow(sandbox, changes).url }, new Map());
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
    expect(readPage(await response.text()).text).toContain(`AADSTS${aadsts}:`);
  });

  it("gets a page when a parameter is repeated", async () => {
    const { url } = buildFlow(sandbox);
    const response = await browse({ url: `${url}&redirect_uri=http://evil.example/` }, new Map());
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
  });

  it("gets a page when the tenant is unknown", async () => {
    const url = buildFlow(sandbox).url.replace(sandbox.tenantId, "another-tenant");
    const response = await browse({ url }, new Map());
    expect(response.status).toBe(400);
    expect(readPage(await response.text()).text).toContain("AADSTS90002:");
  });
});

describe("an authorization request that fails a check", () => {
  const cases: readonly (readonly [string, readonly [Changes, string, number]])[] = [
    ["it asks for a token", [{ response_type: "token" }, "unsupported_response_type", 70005]],
    [
      "it asks for the response in the fragment",
      [{ response_mode: "fragment" }, "invalid_request", 70007],
    ],
    ["it has no scope", [{ scope: null }, "invalid_request", 90014]],
    [
      "a scope is unknown",
      [{ scope: "openid api://payroll/Payroll.Admin" }, "invalid_scope", 70011],
    ],
    ["an API is unknown", [{ scope: "openid api://other/Payroll.Read" }, "invalid_scope", 70011]],
    [
      "a method comes without a code challenge",
      [{ code_challenge: null }, "invalid_request", 50147],
    ],
    ["the method is unknown", [{ code_challenge_method: "S512" }, "invalid_request", 50149]],
    ["the method is in lower case", [{ code_challenge_method: "s256" }, "invalid_request", 50149]],
    ["the challenge is too short", [{ code_challenge: "abc" }, "invalid_request", 501491]],
    ["it is longer than S256", [{ code_challenge: "a".repeat(44) }, "invalid_request", 501491]],
    [
      "the plain challenge is too long",
      [
        { code_challenge: "a".repeat(129), code_challenge_method: "plain" },
        "invalid_request",
        501491,
      ],
    ],
    [
      "the plain challenge has other characters than a verifier",
      [{ code_challenge: "+".repeat(43), code_challenge_method: null }, "invalid_request", 501491],
    ],
    ["the prompt is unknown", [{ prompt: "dance" }, "invalid_request", 90023]],
    ["max_age is negative", [{ max_age: "-1" }, "invalid_request", 90023]],
    ["the claims are not JSON", [{ claims: "{" }, "invalid_request", 9000410]],
    ["the claims are an array", [{ claims: "[]" }, "invalid_request", 9000410]],
    ["the claims are null", [{ claims: "null" }, "invalid_request", 9000410]],
  ];
  it.each(cases)(
    "is refused at the redirect URI when %s",
    async (_when, [changes, error, aadsts]) => {
      const response = await browse({ url: buildFlow(sandbox, changes).url }, new Map());
      const location = new URL(response.headers.get("location") ?? "");
      expect(location.origin + location.pathname).toBe(REDIRECT_URI);
      expect(location.searchParams.get("error")).toBe(error);
      expect(location.searchParams.get("state")).toBe("state-1");
      expect(location.searchParams.get("error_uri")).toBe(`${sandbox.url}/error?code=${aadsts}`);
      expect(location.searchParams.has("code")).toBe(false);
    },
  );
});

describe("an authorization request that passes", () => {
  const cases: readonly (readonly [string, Changes])[] = [
    ["claims ask for an unknown member", { claims: '{"id_token":{"signin_state":null}}' }],
    ["a member of the claims is malformed", { claims: '{"access_token":{"acrs":7}}' }],
    ["access_token is null", { claims: '{"access_token":null}' }],
    ["acr_values are unknown", { acr_values: "urn:mace:silver phr" }],
    ["the tenant is named by its domain", {}],
  ];
  it.each(cases)("shows the sign-in pages when %s", async (when, changes) => {
    const flow = buildFlow(sandbox, changes);
    const url = when.includes("domain")
      ? flow.url.replace(sandbox.tenantId, "sandbox.example")
      : flow.url;
    const response = await browse({ url }, new Map());
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toMatch(/^\/sign-in\/[\w-]+$/);
  });

  it("is accepted as a POST, and redirected to a GET that has the cookie", async () => {
    const { url } = buildFlow(sandbox);
    const [endpoint = "", query] = url.split("?");
    const response = await browse({ url: endpoint, form: new URLSearchParams(query) }, new Map());
    expect(response.status).toBe(303);
    expect(new URL(response.headers.get("location") ?? "", endpoint).href).toBe(url);
  });
});
