import { afterEach, describe, expect, it } from "vitest";
import { tokenError } from "../support/authority-grants.js";
import { startAuthority, type TestAuthority } from "../support/authority.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import { startScriptedApi } from "../support/scripted-api.js";
import { makeSelfSigned } from "../support/self-signed.js";
import { type RunningWebApp, startWebApp, TEST_CLIENT } from "../support/web-app.js";

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startTestAuthority(
  options: Parameters<typeof startAuthority>[0] = {},
): Promise<TestAuthority> {
  const authority = await startAuthority(options);
  closers.push(authority.close);
  return authority;
}

async function startApp(
  authority: { readonly url: string; readonly tenantId: string },
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningWebApp> {
  const api = await startScriptedApi();
  closers.push(api.close);
  const apis = { graphUrl: api.url, payrollUrl: api.url, payrollScopes: ["api://p/Payroll.Read"] };
  const web = await startWebApp({ surroundings: { authority, ...apis }, settings });
  closers.push(web.close);
  return web;
}

async function signIn({ url }: RunningWebApp): Promise<Visited> {
  const browser = new HttpBrowser(url);
  const { location = "" } = await browser.get("/signin");
  return browser.get(await browser.atSandbox(location));
}

async function openSignIn({ url }: RunningWebApp) {
  const response = await fetch(`${url}/signin`, { headers: { accept: "application/json" } });
  return { status: response.status, body: await response.json() };
}

describe("an app with signing keys of its own", () => {
  it("signs people in: its metadata leads to its keys", async () => {
    const authority = await startTestAuthority();
    authority.ownKeysOf = TEST_CLIENT.clientId;
    expect(await signIn(await startApp(authority))).toMatchObject({ status: 303 });
    for (const end of ["/.well-known/openid-configuration", "/keys"]) {
      const asked = authority.requestsTo(end).map(({ params }) => params.appid);
      expect(asked).toEqual([TEST_CLIENT.clientId]);
    }
  });

  it("does not accept the keys of another app", async () => {
    const authority = await startTestAuthority();
    authority.ownKeysOf = "another app";
    expect(await signIn(await startApp(authority))).toMatchObject({ status: 400 });
  });
});

describe("ids in upper case", () => {
  it("are sent in lower case, and people sign in", async () => {
    const authority = await startTestAuthority();
    const web = await startApp(authority, {
      TENANT_ID: authority.tenantId.toUpperCase(),
      CLIENT_ID: TEST_CLIENT.clientId.toUpperCase(),
    });
    expect(await signIn(web)).toMatchObject({ status: 303 });
    const [discovery] = authority.requestsTo("/.well-known/openid-configuration");
    expect(discovery?.path).toContain(authority.tenantId);
    const [authorization] = authority.requestsTo("/authorize");
    expect(authorization?.params.client_id).toBe(TEST_CLIENT.clientId);
  });
});

describe("a tenant that the authority does not know", () => {
  it.each([
    [400, 90002, "TENANT_ID"],
    [404, undefined, "CLOUD_INSTANCE"],
    [400, 700016, "CLIENT_ID"],
  ])("is the operator's move: status %i, AADSTS %s", async (status, aadsts, setting) => {
    const authority = await startTestAuthority();
    const { body } = tokenError(aadsts ?? 0, "invalid_tenant");
    authority.metadataAnswer = { status, body: aadsts === undefined ? "Not found" : body };
    const web = await startApp(authority);
    const page = await openSignIn(web);
    expect(page).toMatchObject({ status: 502, body: { code: "ERR_AUTHORITY_UNFIT" } });
    const log = web.logLines.join("\n");
    expect(log).toContain(setting);
    expect(log).toContain(`"status":${status}`);
    if (aadsts !== undefined) expect(log).toContain(`"aadsts":${aadsts}`);
    expect(log).not.toContain("Refused by the tests' authority");
  });

  it.each([408, 429, 500, 503])("may be an outage with status %i", async (status) => {
    const authority = await startTestAuthority();
    authority.metadataAnswer = { status, body: "busy" };
    const web = await startApp(authority);
    const page = await openSignIn(web);
    expect(page).toMatchObject({ status: 503, body: { code: "ERR_AUTHORITY_UNAVAILABLE" } });
    expect(web.logLines.join("\n")).toContain(`"status":${status}`);
  });
});

describe("an authority whose certificate does not verify", () => {
  it("is the operator's move", async () => {
    const web = await startApp(await startTestAuthority({ tls: makeSelfSigned() }));
    const page = await openSignIn(web);
    expect(page).toMatchObject({ status: 503, body: { code: "ERR_AUTHORITY_UNTRUSTED" } });
    const html = await (await fetch(`${web.url}/signin`)).text();
    expect(html).toContain("The operator of this app has to act");
  });
});

describe("an ID token that does not say who it is", () => {
  it.each(["oid", "tid", "sub"])("is the operator's move, who reads: %s", async (claim) => {
    const authority = await startTestAuthority();
    authority.misissue.idToken = { [claim]: undefined };
    const web = await startApp(authority);
    const page = await signIn(web);
    expect(page.status).toBe(502);
    expect(page.body).toContain("ERR_AUTHORITY_UNFIT");
    expect(page.body).not.toContain("Start the sign-in again");
    expect(web.logLines.join("\n")).toMatch(new RegExp(`lack a claim[^"]*: ${claim}\\.`));
  });
});
