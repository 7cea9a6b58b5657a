import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { PROFILE } from "../support/api-responses.js";
import { startAuthority, type TestAuthority } from "../support/authority.js";
import { HttpBrowser } from "../support/http-browser.js";
import { type ScriptedApi, startScriptedApi } from "../support/scripted-api.js";
import { type RunningWebApp, startWebApp } from "../support/web-app.js";

let authority: TestAuthority;
let api: ScriptedApi;
let web: RunningWebApp;

beforeAll(async () => {
  authority = await startAuthority();
  api = await startScriptedApi(() => ({ status: 200, body: PROFILE }));
  const card = { title: "Orders", requires: "a token", expectation: "The API responds." };
  const show = { view: "profile", schema: z.object({}) };
  web = await startWebApp({
    surroundings: {
      ...{ authority, graphUrl: api.url, payrollUrl: api.url },
      payrollScopes: ["api://payroll/Payroll.Read"],
    },
    added: {
      api: { name: "Orders", url: api.url, scopes: ["api://orders/Orders.Read"] },
      page: { path: "/orders", api: "Orders", resource: "/orders", show, card },
    },
  });
});

afterAll(async () => {
  await web.close();
  await Promise.all([authority.close(), api.close()]);
});

describe("a page whose view fails", () => {
  it("is the general problem page, and one line of the log", async () => {
    const browser = new HttpBrowser(web.url);
    const page = await browser.open("/signin?returnTo=/orders");
    expect(page.status).toBe(500);
    expect(page.body).toContain("ERR_INTERNAL");
    const lines = web.logLines.filter((line) => line.includes("ERR_INTERNAL"));
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 50, err: { type: "ReferenceError" } },
    ]);
  });
});
