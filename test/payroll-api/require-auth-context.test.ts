import { once } from "node:events";
import { createServer } from "node:http";
import express, { type Express } from "express";
import { afterEach, describe, expect, it } from "vitest";
import {
  type AuthContextOptions,
  requireAuthContext,
} from "../../src/payroll-api/require-auth-context.js";
import { portOf } from "../../src/server/http-server.js";
import { read } from "../support/documents.js";
import { readChallenge } from "./payroll-api-fixture.js";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const servers: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function start(app: Express): Promise<string> {
  const server = createServer(app).listen(0, "localhost");
  servers.push(server);
  await once(server, "listening");
  return `http://localhost:${portOf(server)}`;
}

/** Calls an API whose token has these claims, which another handler has put in `request.auth`. */
async function call(auth: unknown, options: AuthContextOptions = {}): Promise<Response> {
  const app = express();
  app.use((request, _response, next) => {
    Object.assign(request, { auth });
    next();
  });
  app.get("/", requireAuthContext("c1", { now: () => NOW, ...options }), (_request, response) => {
    response.json("served");
  });
  return fetch(await start(app));
}

describe("requireAuthContext", () => {
  it("raises a claims challenge when the token lacks the context", async () => {
    const response = await call({ acrs: ["c2"], xms_cc: ["cp1"] });
    expect(response.status).toBe(401);
    const { header, claims } = readChallenge(response);
    expect(header).toMatch(
      /^Bearer realm="", authorization_uri="https:\/\/login\.microsoftonline\.com\/common\/oauth2\/v2\.0\/authorize", error="insufficient_claims", claims="[A-Za-z0-9+/]+=*"$/,
    );
    expect(claims).toEqual({ access_token: { acrs: { essential: true, value: "c1" } } });
  });

  it.each([
    ["an array", { acrs: ["c3", "c1"] }],
    ["a string", { acrs: "c3 c1" }],
    ["the payload of express-oauth2-jwt-bearer", { payload: { acrs: ["c1"] } }],
  ])("lets a request pass whose context is in %s", async (_where, auth) => {
    expect((await call(auth)).status).toBe(200);
  });

  it.each([
    [["c10"]],
    [["C1"]],
    [[]],
    [""],
    [{ c1: true }],
    [[{ c1: true }]],
    [1],
    [null],
    [undefined],
  ])("refuses acrs of %j, also of a wrong type", async (acrs) => {
    expect((await call({ acrs, xms_cc: "cp1" })).status).toBe(401);
  });

  it.each([undefined, ["cp2"], 7])(
    "responds with 403 and no challenge when xms_cc is %j",
    async (xms_cc) => {
      const response = await call({ acrs: [], xms_cc });
      expect(response.status).toBe(403);
      expect(response.headers.get("WWW-Authenticate")).toBeNull();
    },
  );

  it.each([
    ["recent", NOW / 1000 - 299, 200],
    ["too old", NOW / 1000 - 301, 401],
    ["in the future", NOW / 1000 + 61, 401],
    ["of an unknown time", undefined, 401],
    ["of a time in words", "now", 401],
  ])("compares the age of the sign-in: %s", async (_age, auth_time, status) => {
    const auth = { acrs: ["c1"], xms_cc: ["cp1"], auth_time };
    const response = await call(auth, { maxSignInAgeSeconds: 300 });
    expect(response.status).toBe(status);
    if (status === 200) return;
    expect(readChallenge(response).claims).toEqual({
      access_token: {
        acrs: { essential: true, value: "c1" },
        auth_time: { essential: true },
      },
    });
  });

  it("reads the claims elsewhere, and names another endpoint, when told so", async () => {
    const authorizationUri = "https://login.example/authorize";
    const options = { claimsOf: () => ({ acrs: [], xms_cc: ["cp1"] }), authorizationUri };
    const { header } = readChallenge(await call(undefined, options));
    expect(header).toContain(`authorization_uri="${authorizationUri}"`);
  });

  it("serves nothing when no handler has verified the token", async () => {
    const response = await call(undefined);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("served");
  });

  it("is in a file that needs no other of this project", () => {
    const imports = read("src/payroll-api/require-auth-context.ts").match(/ from "[^"]+"/g);
    expect(imports).toEqual([' from "express"']);
  });
});
