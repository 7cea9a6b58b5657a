import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAuth } from "../../../src/auth/create-auth.js";
import { outboundAddresses, readConfig } from "../../../src/config/config.js";
import type { OutboundFetch, OutboundResponse } from "../../../src/outbound-fetch.js";
import { createMemoryStore } from "../../../src/store/memory-store.js";
import { startAuthority } from "../../support/authority.js";
import { setUpForAll } from "../../support/set-up.js";
import { settingsFor } from "../../support/web-app.js";

const FLOW = {
  scopes: ["User.Read"],
  redirectUri: "http://localhost:3000/redirect",
  state: randomUUID(),
  nonce: randomUUID(),
  codeVerifier: randomUUID() + randomUUID(),
  requestedAt: Date.now(),
};

describe("an authority whose metadata has another name of it", () => {
  const authority = setUpForAll(() => startAuthority());

  /** Configures `CLOUD_INSTANCE` for a tenant whose metadata is on `named`, and makes it answer. */
  function configure(configured: string, named: string, tenantId = authority.tenantId) {
    const at = `https://${named}/${authority.tenantId}`;
    authority.misissue.metadata = {
      issuer: `${at}/v2.0`,
      authorization_endpoint: `${at}/oauth2/v2.0/authorize`,
      token_endpoint: `${at}/oauth2/v2.0/token`,
      end_session_endpoint: `${at}/oauth2/v2.0/logout`,
      jwks_uri: `${at}/discovery/v2.0/keys`,
    };
    authority.misissue.idToken = { iss: `${at}/v2.0` };
    authority.seen.length = 0;
    const apis = { graphUrl: "https://graph.example", payrollUrl: "https://payroll.example" };
    const config = readConfig(
      settingsFor({
        authority: { url: `https://${configured}`, tenantId },
        ...{ ...apis, payrollScopes: ["api://p/Payroll.Read"] },
      }),
    );
    const allowed = outboundAddresses(config).map((address) => new URL(address).origin);
    /** Sends what the outbound fetch lets through to the test's authority. */
    async function reach(...[url, init]: Parameters<OutboundFetch>): Promise<OutboundResponse> {
      const { origin, pathname, search } = new URL(url);
      if (!allowed.includes(origin)) throw new TypeError("That host is not configured");
      return fetch(authority.url + pathname + search, init);
    }
    const { authority: settings, client } = config;
    return createAuth({ settings, client, store: createMemoryStore(), fetch: reach });
  }

  it.each([
    ["login.chinacloudapi.cn", "login.partner.microsoftonline.cn"],
    ["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
    ["login.usgovcloudapi.net", "login.microsoftonline.us"],
    ["login.windows.net", "login.microsoftonline.com"],
    ["login.microsoftonline.com", "sts.windows.net"],
    ["login.contoso.example", "login.microsoftonline.com"],
    ["contoso.ciamlogin.com", "login.microsoftonline.com"],
    ["contoso.ciamlogin.com", "contoso.ciamlogin.com"],
    ["contoso.ciamlogin.com", "<tenant id>.ciamlogin.com"],
    ["login.microsoftonline.com", "<tenant id>.ciamlogin.com"],
    ["login.contoso.example", "<tenant id>.ciamlogin.com"],
  ])("signs people in: CLOUD_INSTANCE is %s, its metadata has %s", async (configured, name) => {
    const named = name.replace("<tenant id>", authority.tenantId);
    const auth = configure(configured, named);
    const location = await auth.authorizationUrl(FLOW);
    expect(new URL(location).host).toBe(named);
    const response = await fetch(location.replace(`https://${named}`, authority.url), {
      redirect: "manual",
    });
    const { searchParams } = new URL(response.headers.get("location") ?? "");
    const redeemed = await auth.redeemCode({ ...FLOW, code: searchParams.get("code") ?? "" });
    expect(redeemed).toMatchObject({ kind: "redeemed", idToken: { oid: authority.person.oid } });
  });

  it("signs people in when the tenant is configured by its domain", async () => {
    const auth = configure(
      "login.contoso.example",
      "contoso.ciamlogin.com",
      "contoso.onmicrosoft.com",
    );
    expect(new URL(await auth.authorizationUrl(FLOW)).host).toBe("contoso.ciamlogin.com");
  });

  it.each([
    ["login.microsoftonline.com", "login.partner.microsoftonline.cn", undefined],
    ["login.chinacloudapi.cn", "login.windows.net", "login.microsoftonline.com"],
    ["login.microsoftonline.us", "login.chinacloudapi.cn", "login.partner.microsoftonline.cn"],
    ["login.microsoftonline.com", "fabrikam.ciamlogin.com", undefined],
    ["login.partner.microsoftonline.cn", "contoso.ciamlogin.com", undefined],
  ])("names what fits: CLOUD_INSTANCE is %s, the tenant at %s", async (...hosts) => {
    const [configured, named, fitting = named] = hosts;
    const failing = configure(configured, named).authorizationUrl(FLOW);
    await expect(failing).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNFIT" });
    await expect(failing).rejects.toThrow(`CLOUD_INSTANCE=https://${fitting} would fit`);
    expect(authority.seen).toHaveLength(1);
  });

  it.each([
    ["login.microsoftonline.com", "login.microsoftonline.com.evil.example"],
    ["login.microsoftonline.com", "login.microsoftonline.com:8443"],
    ["login.contoso.example", "login.evil.example"],
    ["login.contoso.example", "ciamlogin.com.evil.example"],
    ["localhost:4443", "login.microsoftonline.com"],
    ["127.0.0.1:4443", "localhost:4443"],
  ])("is not believed, and gets no secret: %s and %s", async (configured, named) => {
    const failing = configure(configured, named).authorizationUrl(FLOW);
    await expect(failing).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNFIT" });
    expect(authority.seen).toHaveLength(1);
  });
});

describe("the addresses that the web app may contact", () => {
  it.each([
    ["http://127.0.0.1:3002", ["http://127.0.0.1:3002"]],
    [
      "https://login.chinacloudapi.cn",
      ["https://login.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"],
    ],
  ])("are those that CLOUD_INSTANCE implies: %s", (url, expected) => {
    const config = readConfig({
      ...settingsFor({
        authority: { url, tenantId: "contoso.example" },
        graphUrl: "https://graph.example",
        payrollUrl: "https://payroll.example",
        payrollScopes: ["api://p/Payroll.Read"],
      }),
    });
    const apis = ["https://graph.example", "https://payroll.example"];
    expect(outboundAddresses(config)).toEqual([...expected, ...apis]);
  });
});
