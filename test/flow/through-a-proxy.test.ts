import { afterEach, describe, expect, it } from "vitest";
import { type ChildProgram, startProgram } from "../support/child-program.js";
import { PROXY_CREDENTIALS, refuseWith, startConnectProxy } from "../support/connect-proxy.js";
import { HttpBrowser } from "../support/http-browser.js";
import { setUpForEach } from "../support/set-up.js";
import { startTlsTenant } from "../support/tls-tenant.js";

describe("a web app with HTTPS_PROXY", () => {
  const tenant = setUpForEach(startTlsTenant);
  const proxy = setUpForEach(startConnectProxy);
  const programs: ChildProgram[] = [];

  afterEach(() => {
    for (const program of programs.splice(0)) program.process.kill("SIGKILL");
  });

  async function startApp(settings: Readonly<Record<string, string>> = {}) {
    const { url, env } = await tenant.describeWebApp();
    const all = { ...env, HTTPS_PROXY: proxy.url, LOG_LEVEL: "trace", ...settings };
    const program = startProgram(["--import", "tsx", "src/main.ts"], all);
    programs.push(program);
    await program.printed(/listening/);
    return { program, browser: new HttpBrowser(url) };
  }

  async function signIn(browser: HttpBrowser): Promise<void> {
    const { location = "" } = await browser.get("/signin");
    const redirected = await browser.get(await tenant.redirectOf(location));
    expect(redirected.status).toBe(303);
  }

  /** Returns the host and port of each server of the tenant. */
  function hosts(): string[] {
    const { authority, graph, payroll } = tenant;
    return [authority, graph, payroll].map(({ url }) => new URL(url).host).sort();
  }

  function expectNoCredentials(program: ChildProgram): void {
    const { user, password } = PROXY_CREDENTIALS;
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    for (const secret of [password, encodeURIComponent(password), basic]) {
      expect(program.output()).not.toContain(secret);
    }
  }

  it("calls the authority and the APIs through it and logs no credentials", async () => {
    const { program, browser } = await startApp();
    await signIn(browser);
    expect((await browser.getJson("/profile")).status).toBe(200);
    expect((await browser.getJson("/payslips")).status).toBe(200);
    expect([...new Set(proxy.asked)].sort()).toEqual(hosts());
    expectNoCredentials(program);
  });

  it("calls the hosts of NO_PROXY without it", async () => {
    const { port } = new URL(tenant.authority.url);
    const { browser } = await startApp({ NO_PROXY: `localhost:${port}` });
    await signIn(browser);
    expect((await browser.getJson("/profile")).status).toBe(200);
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(tenant.graph.url).host]));
  });

  it.each([
    ["refuses with 407", () => (proxy.refusal = refuseWith(407)), "ERR_PROXY_407"],
    ["refuses with 503", () => (proxy.refusal = refuseWith(503)), "ERR_PROXY_503"],
    [
      "closes connections",
      () => (proxy.refusal = (socket) => socket.destroy()),
      "ERR_PROXY_UNAVAILABLE",
    ],
    ["is down", () => proxy.close(), "ERR_PROXY_UNAVAILABLE"],
  ])("says that the authority is unavailable when the proxy %s", async (_name, cause, code) => {
    await cause();
    const { program, browser } = await startApp();
    const page = await browser.get("/signin");
    expect(page).toMatchObject({ status: 503, location: undefined });
    expect(page.body).toContain("ERR_AUTHORITY_UNAVAILABLE");
    expect(program.output()).toContain(`"reason":"${code}"`);
    expectNoCredentials(program);
    proxy.refusal = undefined;
  });

  it("says that an API is unavailable while the proxy fails, and works afterwards", async () => {
    const { browser } = await startApp();
    await signIn(browser);
    proxy.refusal = refuseWith(503);
    const page = await browser.get("/profile");
    expect(page.status).toBe(503);
    expect(page.headers.get("retry-after")).not.toBeNull();
    expect(page.body).toContain("ERR_UNAVAILABLE");
    proxy.refusal = undefined;
    expect((await browser.getJson("/profile")).status).toBe(200);
  });

  it("verifies the authority's certificate inside the tunnel", async () => {
    const { program, browser } = await startApp({ NODE_EXTRA_CA_CERTS: "" });
    const page = await browser.get("/signin");
    expect(page.status).toBe(503);
    expect(page.body).toContain("ERR_AUTHORITY_UNTRUSTED");
    expect(tenant.authority.seen).toEqual([]);
    expectNoCredentials(program);
  });
});
