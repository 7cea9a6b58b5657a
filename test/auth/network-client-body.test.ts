import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import {
  createNetworkClient,
  isCertificateError,
  NO_NETWORK,
} from "../../src/auth/network-client.js";
import { startScriptedApi, type ScriptedApi } from "../support/scripted-api.js";
import { setUpForEach } from "../support/set-up.js";

const endpoint: ScriptedApi = setUpForEach(() => startScriptedApi());

function signIdToken(claims: Record<string, string>): Promise<string> {
  const key = new TextEncoder().encode("a key of the tests that is long enough");
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(key);
}

/** Returns what MSAL gets of a response, through the platform's own `fetch`. */
async function receive(body: unknown, keptIdToken?: string): Promise<Record<string, unknown>> {
  endpoint.nextAnswers.push({ status: 200, body });
  const client = createNetworkClient({ fetch, wait: () => Promise.resolve(), keptIdToken });
  const response = await client.sendPostRequestAsync(endpoint.url, { body: "grant_type=x" });
  return response.body as Record<string, unknown>;
}

function accountOf(clientInfo: unknown): unknown {
  return JSON.parse(Buffer.from(String(clientInfo), "base64url").toString());
}

describe("a token response, as MSAL gets it", () => {
  it("has no scope, so that the token is kept for the scopes of the request", async () => {
    const body = await receive({ access_token: "a", scope: "User.Read Mail.Read" });
    expect(body).toMatchObject({ access_token: "a" });
    expect(body).not.toHaveProperty("scope");
  });

  it("names the account of the ID token, whatever client_info says", async () => {
    const idToken = await signIdToken({ oid: "ada", tid: "contoso", sub: "s" });
    const body = await receive({ id_token: idToken, client_info: "eyJ1aWQiOiJtYWxsb3J5In0" });
    expect(accountOf(body.client_info)).toEqual({ uid: "ada", utid: "contoso" });
  });

  it("has the session's ID token when a refresh brings none, and only then", async () => {
    const kept = await signIdToken({ oid: "ada", tid: "contoso" });
    const body = await receive({ access_token: "a" }, kept);
    expect(body.id_token).toBe(kept);
    expect(accountOf(body.client_info)).toEqual({ uid: "ada", utid: "contoso" });
    const other = await signIdToken({ oid: "ben", tid: "contoso" });
    expect(await receive({ id_token: other }, kept)).toMatchObject({ id_token: other });
  });

  it.each([undefined, 7, "x"])("names no account when its ID token is %j", async (idToken) => {
    const body = await receive({ id_token: idToken, client_info: "eyJ1aWQiOiJtYWxsb3J5In0" });
    expect(body.client_info).toBeUndefined();
  });
});

describe("a body that is no token response", () => {
  it.each(["null", "[]", "12", '"text"', "", "<h1>"])("is an object for MSAL: %s", async (text) => {
    const body = await receive(text);
    expect(body).toBeTypeOf("object");
    expect(body).not.toBeNull();
  });
});

describe("a token request", () => {
  it("is sent with MSAL's headers", async () => {
    const client = createNetworkClient({ fetch, wait: () => Promise.resolve() });
    const headers = { "client-request-id": "id" };
    await client.sendPostRequestAsync(endpoint.url, { headers, body: "grant_type=x" });
    await client.sendPostRequestAsync(endpoint.url);
    const [request, bare] = endpoint.seen;
    expect(request).toMatchObject({ method: "POST", body: "grant_type=x", headers });
    expect(bare).toMatchObject({ method: "POST", body: "" });
  });

  it("follows no redirect with the platform's own fetch either", async () => {
    endpoint.nextAnswers.push({ status: 307, headers: { Location: "/elsewhere" } });
    const client = createNetworkClient({ fetch, wait: () => Promise.resolve() });
    await client.sendPostRequestAsync(endpoint.url, { body: "client_secret=s" });
    expect(client.lastResponse()).toMatchObject({ status: 307 });
    expect(endpoint.seen).toHaveLength(1);
  });

  it("is never sent where none is needed", async () => {
    await expect(NO_NETWORK.sendGetRequestAsync(endpoint.url)).rejects.toThrow();
    await expect(NO_NETWORK.sendPostRequestAsync(endpoint.url)).rejects.toThrow();
    expect(endpoint.seen).toEqual([]);
  });
});

describe("isCertificateError", () => {
  function errorOf(code?: unknown): Error {
    return Object.assign(new Error("x"), code === undefined ? {} : { code });
  }

  it.each([
    ...["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"],
    ...["ERR_TLS_CERT_ALTNAME_INVALID", "ERR_TLS_HANDSHAKE", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ])("recognises %s, also as the cause of another error", (code) => {
    expect(isCertificateError(errorOf(code))).toBe(true);
    expect(isCertificateError(new TypeError("x", { cause: errorOf(code) }))).toBe(true);
  });

  it.each([undefined, 23, "ECONNRESET", "UND_ERR_TLS", "WAS_UNABLE_TO_CONNECT"])(
    "takes %s for no such error",
    (code) => {
      expect(isCertificateError(errorOf(code))).toBe(false);
    },
  );

  it("takes what is no error for none", () => {
    for (const each of [undefined, null, "CERT_HAS_EXPIRED", { code: "CERT_HAS_EXPIRED" }]) {
      expect(isCertificateError(each)).toBe(false);
    }
  });
});
