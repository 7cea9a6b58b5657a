import fc from "fast-check";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { SETTING_NAMES } from "../../src/config/settings-schema.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { blamed, COMPLETE, problemsOf, type Environment } from "./complete-settings.js";

describe("readConfig", () => {
  it("gives every default when only what has none is set", () => {
    expect(readConfig(COMPLETE)).toEqual({
      port: 3000,
      baseUrl: "http://localhost:3000",
      authority: {
        cloudInstance: "https://login.microsoftonline.com",
        tenantId: COMPLETE.TENANT_ID,
      },
      client: {
        clientId: COMPLETE.CLIENT_ID,
        credential: { kind: "secret", clientSecret: COMPLETE.CLIENT_SECRET },
      },
      redirectUri: "http://localhost:3000/redirect",
      postLogoutRedirectUri: "http://localhost:3000/",
      sessionSecrets: [SESSION_SECRET],
      apis: [
        {
          name: "Microsoft Graph",
          url: "https://graph.microsoft.com",
          scopes: ["User.Read"],
          setting: "GRAPH_API_ENDPOINT",
        },
      ],
      signInScopes: ["User.Read"],
      redisUrls: undefined,
      memoryStoreMaxMegabytes: 256,
      trustProxy: 0,
      rateLimitPerMinute: 300,
      shutdownDelaySeconds: 0,
      proxy: undefined,
      trace: false,
      logLevel: "info",
    });
  });

  it("accepts a proxy with a user and a password, and the hosts without it", () => {
    const HTTPS_PROXY = "http://user:password@proxy.example.com:8080";
    const proxied = readConfig({ ...COMPLETE, HTTPS_PROXY, NO_PROXY: "localhost,.example.com" });
    const except = "localhost,.example.com";
    expect(proxied.proxy).toEqual({ url: `${HTTPS_PROXY}/`, except });
    expect(readConfig({ ...COMPLETE, NO_PROXY: "localhost" }).proxy).toBeUndefined();
  });

  it.each([
    ["HTTPS_PROXY", "proxy.example.com:8080"],
    ["HTTPS_PROXY", "ftp://proxy.example.com"],
    ["HTTPS_PROXY", "http://proxy.example.com/path"],
    ["HTTPS_PROXY", "http://user:50%@proxy.example.com"],
    ["RATE_LIMIT_PER_MINUTE", "0"],
    ["RATE_LIMIT_PER_MINUTE", "-1"],
    ["SHUTDOWN_DELAY_SECONDS", "301"],
    ["SHUTDOWN_DELAY_SECONDS", "1.5"],
    ["TRACE", "true"],
  ])("refuses %s=%s", (name, value) => {
    expect(blamed({ ...COMPLETE, [name]: value })).toEqual([name]);
  });

  it.each(["production", " Production "])("refuses to trace when NODE_ENV is %j", (NODE_ENV) => {
    expect(blamed({ ...COMPLETE, NODE_ENV, TRACE: "on" })).toEqual(["TRACE"]);
    expect(blamed({ ...COMPLETE, NODE_ENV, TRACE: "off" })).toEqual([]);
  });

  it.each(["0", " 0 "])("refuses certificates that nobody checks (%j)", (value) => {
    const env = { ...COMPLETE, NODE_TLS_REJECT_UNAUTHORIZED: value };
    expect(blamed(env)).toEqual(["NODE_TLS_REJECT_UNAUTHORIZED=0"]);
  });

  it("counts an empty or blank value as not set", () => {
    const blank = Object.fromEntries(SETTING_NAMES.map((name) => [name, "  "]));
    expect(readConfig({ ...blank, ...COMPLETE })).toEqual(readConfig(COMPLETE));
  });

  it("takes no blank around a value for a part of it", () => {
    const padded = Object.fromEntries(
      Object.entries(COMPLETE).map(([name, value]) => [name, ` ${value}\t`]),
    );
    expect(readConfig({ ...padded, PORT: " 8080 " })).toEqual(
      readConfig({ ...COMPLETE, PORT: "8080" }),
    );
  });

  it("derives the redirect URIs from the public origin, and that from the port", () => {
    expect(readConfig({ ...COMPLETE, PORT: "8080" })).toMatchObject({
      baseUrl: "http://localhost:8080",
      redirectUri: "http://localhost:8080/redirect",
    });
    const BASE_URL = "https://app.example";
    expect(readConfig({ ...COMPLETE, PORT: "8080", BASE_URL })).toMatchObject({
      port: 8080,
      redirectUri: "https://app.example/redirect",
      postLogoutRedirectUri: "https://app.example/",
    });
  });

  it("gives an object that nobody can change", () => {
    expect(Object.isFrozen(readConfig(COMPLETE))).toBe(true);
  });

  it("reports every missing setting at once, when none is set", () => {
    const problems = problemsOf(readConfig, {}).join("\n");
    for (const name of Object.keys(COMPLETE)) expect(problems).toContain(name);
  });

  it("reports every wrong setting at once, with those that do not fit together", () => {
    const wrong = {
      PORT: "eighty",
      BASE_URL: "ftp://app.example",
      CLOUD_INSTANCE: "login",
      TENANT_ID: "common",
      CLIENT_ID: "a b",
      REDIRECT_URI: "/redirect",
      POST_LOGOUT_REDIRECT_URI: "//app.example",
      SESSION_SECRET: "short",
      GRAPH_API_ENDPOINT: "http://graph.example",
      PAYROLL_API_URL: "payroll",
      TRUST_PROXY: "-1",
      REDIS_URL: "http://localhost",
      LOG_LEVEL: "loud",
    };
    expect(blamed(wrong)).toEqual(expect.arrayContaining(Object.keys(wrong)));
    const problems = problemsOf(readConfig, wrong).join("\n");
    expect(problems).toContain("CLIENT_SECRET");
    expect(problems).toContain("PAYROLL_API_SCOPES");
  });

  it("echoes no value in any part of its error, whatever is set to what", () => {
    const text = fc
      .tuple(
        fc.constantFrom("", "https://user:", "http://", "a, ", "https://x.example/?", "99999"),
        fc.stringMatching(/^[0-9a-f]{16}$/),
        fc.constantFrom("", "@host.example", ".example", ",short", "/path", "\n"),
      )
      .map((parts) => parts.join(""));
    const value = fc.option(text, { nil: undefined });
    const settings = fc.record(Object.fromEntries(SETTING_NAMES.map((name) => [name, value])));
    fc.assert(
      fc.property(settings, (given) => {
        // One setting is always wrong, so that there is always an error to look into.
        const shown = inspect(errorOf({ ...given, TENANT_ID: "common" }), { depth: null });
        const markers = Object.values(given).flatMap((each) => each?.match(/[0-9a-f]{16}/) ?? []);
        for (const marker of markers) expect(shown).not.toContain(marker);
      }),
    );
  });

  function errorOf(env: Environment): unknown {
    try {
      readConfig(env);
    } catch (error) {
      return error;
    }
    throw new Error("Nothing was wrong with it");
  }

  it("takes several session secrets, the one that signs first", () => {
    const secrets = ["new ".repeat(8), "old ".repeat(8)].map((each) => each.replaceAll(" ", "-"));
    const SESSION_SECRET = secrets.join(" , ");
    expect(readConfig({ ...COMPLETE, SESSION_SECRET }).sessionSecrets).toEqual(secrets);
  });

  it.each(["PAYROLL_API_URL", "PAYROLL_API_SCOPES"])(
    "refuses %s without its other half",
    (name) => {
      const problems = problemsOf(readConfig, { ...COMPLETE, [name]: "https://api.example/scope" });
      expect(problems).toEqual([expect.stringMatching(/PAYROLL_API_URL.*PAYROLL_API_SCOPES/)]);
    },
  );

  it("gives the Payroll API's scopes one by one, separated by spaces or commas", () => {
    const PAYROLL_API_SCOPES = "api://a/Payroll.Read, api://a/Payroll.Write  offline";
    const payroll = { ...COMPLETE, PAYROLL_API_URL: "https://api.example", PAYROLL_API_SCOPES };
    expect(readConfig(payroll).apis.at(-1)).toEqual({
      name: "Payroll API",
      setting: "PAYROLL_API_URL",
      url: "https://api.example",
      scopes: ["api://a/Payroll.Read", "api://a/Payroll.Write", "offline"],
    });
  });

  it("refuses two credentials, for nobody could say which one counts", () => {
    const two = { ...COMPLETE, MANAGED_IDENTITY_CLIENT_ID: "identity" };
    expect(problemsOf(readConfig, two)).toEqual([expect.stringContaining("exactly one")]);
  });
});
