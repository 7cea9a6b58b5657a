import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { CHALLENGE } from "../support/api-responses.js";
import { startAuthority } from "../support/authority.js";
import { HttpBrowser } from "../support/http-browser.js";
import { startScriptedApi } from "../support/scripted-api.js";
import { setUpForAll } from "../support/set-up.js";
import { startWebApp } from "../support/web-app.js";

const SCOPES = ["api://orders/Orders.Read"];
const VIEW = `<%- include("partials/top", { title: "Your orders" }) %>
<h1>Your orders</h1>
<ul><% for (const { id } of orders) { %><li><%= id %></li><% } %></ul>
<%- include("partials/bottom") %>`;

/** Starts the web app with an API, a page and a view that the README tells how to add. */
async function startWithOrders() {
  const folder = mkdtempSync(join(tmpdir(), "view-"));
  const view = join(folder, "orders.ejs");
  writeFileSync(view, VIEW);
  const authority = await startAuthority();
  const orders = await startScriptedApi(() => ({ status: 200, body: { orders: [{ id: "A-1" }] } }));
  const web = await startWebApp({
    surroundings: {
      authority,
      graphUrl: authority.url,
      payrollUrl: orders.url,
      payrollScopes: ["api://payroll/Payroll.Read"],
    },
    added: {
      api: { name: "Orders API", url: orders.url, scopes: SCOPES },
      page: {
        path: "/orders",
        api: "Orders API",
        resource: "/v1/orders",
        show: { view, schema: z.object({ orders: z.array(z.object({ id: z.string() })) }) },
        card: { title: "Your orders", requires: "a token", expectation: "You see them." },
      },
    },
  });
  return {
    ...{ url: web.url, authority, orders },
    close: async () => {
      await web.close();
      await Promise.all([authority.close(), orders.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

describe("an API and a page that were added as data", () => {
  const app = setUpForAll(startWithOrders);

  it("have a card, step up and show the response", async () => {
    const browser = new HttpBrowser(app.url);
    expect((await browser.open("/signin")).body).toContain("Your orders");
    app.orders.nextAnswers.push(CHALLENGE);
    const redirect = await browser.get("/orders");
    expect(redirect.status).toBe(302);
    const { searchParams } = new URL(redirect.location ?? "");
    expect(searchParams.get("scope")).toContain("api://orders/Orders.Read");
    expect(searchParams.get("claims")).toContain('"value":"c1"');
    const page = await browser.follow(redirect);
    expect(page.status).toBe(200);
    expect(page.body).toContain("<li>A-1</li>");
    expect(app.orders.seen.at(-1)?.path).toBe("/v1/orders");
  });
});
