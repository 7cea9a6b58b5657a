import express from "express";
import { describe, expect, it } from "vitest";
import {
  clearStepUpCookie,
  hasStepUpCookie,
  setStepUpCookie,
} from "../../src/web/step-up-cookie.js";
import { listen } from "../support/listen.js";
import { setUpForAll } from "../support/set-up.js";

const MINUTE_MS = 60_000;

const app = setUpForAll(() =>
  listen(
    express()
      .use((request, response, next) => {
        response.locals["steppedUp"] = request.query;
        next();
      })
      .get("/set", (_request, response) => {
        setStepUpCookie(response, steppedUpOf(response), MINUTE_MS);
        response.end();
      })
      .get("/clear", (_request, response) => {
        clearStepUpCookie(response, steppedUpOf(response));
        response.end();
      })
      .get("/has", (request, response) => {
        response.json(hasStepUpCookie(request, steppedUpOf(response)));
      }),
  ),
);

interface SteppedUp {
  readonly baseUrl: string;
  readonly returnTo: string;
}

function steppedUpOf({ locals }: express.Response): SteppedUp {
  return locals["steppedUp"] as SteppedUp;
}

async function call(action: string, steppedUp: SteppedUp, cookie = ""): Promise<Response> {
  const query = new URLSearchParams({ ...steppedUp });
  return fetch(`${app.url}/${action}?${query.toString()}`, { headers: { cookie } });
}

describe("the cookie of a finished step-up", () => {
  const atHttps = { baseUrl: "https://app.example", returnTo: "/payslips?year=2026" };
  const atHttp = { baseUrl: "http://localhost:3000", returnTo: "/payslips?year=2026" };

  it("is Secure and out of reach of subdomains behind https, whatever the proxy says", async () => {
    const [cookie] = (await call("set", atHttps)).headers.getSetCookie();
    expect(cookie).toMatch(
      /^__Host-stepped-up-[\w-]{16}=1; Max-Age=60; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it("has the port in its name on http, as cookies ignore ports", async () => {
    const [cookie] = (await call("set", atHttp)).headers.getSetCookie();
    expect(cookie).toMatch(/^stepped-up-[\w-]{16}-3000=1; .*; Path=\/; .*HttpOnly; SameSite=Lax$/);
  });

  it("counts for its own path and query, beside those of other tabs", async () => {
    const set = await call("set", atHttps);
    const [own = ""] = set.headers.getSetCookie().map((each) => each.split(";")[0]);
    expect(await (await call("has", atHttps, `a=b; ${own}`)).json()).toBe(true);
    for (const returnTo of ["/payslips", "/payslips?year=2025", "/tax-forms"]) {
      expect(await (await call("has", { ...atHttps, returnTo }, own)).json()).toBe(false);
    }
  });

  it("is deleted under the name and with the attributes that it was set with", async () => {
    const [set = ""] = (await call("set", atHttps)).headers.getSetCookie();
    const [cleared = ""] = (await call("clear", atHttps)).headers.getSetCookie();
    expect(cleared.split("=")[0]).toBe(set.split("=")[0]);
    expect(cleared).toMatch(/; Path=\/; Expires=Thu, 01 Jan 1970[^;]+; HttpOnly; Secure;/);
  });
});
