import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { ConfigError } from "../../src/errors.js";
import { SESSION_SECRET } from "../support/session-secret.js";

/** Settings that are right, the Payroll API's included. */
const RIGHT = {
  TENANT_ID: "contoso.onmicrosoft.com",
  CLIENT_ID: "5f2b9c1e-0000-4000-8000-000000000001",
  CLIENT_SECRET: "the value of the client secret",
  SESSION_SECRET,
  PAYROLL_API_URL: "https://api.example",
  PAYROLL_API_SCOPES: "api://payroll/Payroll.Read",
};

/** The settings that are refused when some of the right ones are replaced. */
function refused(replaced: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig({ ...RIGHT, ...replaced });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((each) => each.split(" ")[0] ?? "");
  }
}

const ADDRESSES = [
  ...["BASE_URL", "CLOUD_INSTANCE", "REDIRECT_URI", "POST_LOGOUT_REDIRECT_URI"],
  ...["GRAPH_API_ENDPOINT", "PAYROLL_API_URL"],
];

describe.each(ADDRESSES)("the address in %s", (name) => {
  it.each(["https://a.example", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"])(
    "may be %s",
    (address) => {
      const isRedirect = name === "REDIRECT_URI";
      const settings = isRedirect ? { BASE_URL: address, [name]: `${address}/redirect` } : {};
      expect(refused({ [name]: address, ...settings })).toEqual([]);
    },
  );

  it.each([
    ...["http://a.example", "http://localhost.example", "http://10.0.0.1", "ws://localhost"],
    ...["a.example", "/path", "https://user:password@a.example", "https://a.example/#part"],
  ])("may not be %s", (address) => {
    expect(refused({ [name]: address })).toEqual([name]);
  });
});

describe("an address that paths are added to", () => {
  it("means the same with and without a slash at its end", () => {
    const addresses = {
      BASE_URL: "https://app.example",
      CLOUD_INSTANCE: "https://login.example",
      GRAPH_API_ENDPOINT: "https://graph.example",
      PAYROLL_API_URL: "https://payroll.example",
    };
    const slashed = Object.fromEntries(
      Object.entries(addresses).map(([name, address]) => [name, `${address}/`]),
    );
    expect(readConfig({ ...RIGHT, ...slashed })).toEqual(readConfig({ ...RIGHT, ...addresses }));
  });

  it.each(["BASE_URL", "CLOUD_INSTANCE"])("has no path of its own in %s", (name) => {
    expect(refused({ [name]: "https://a.example/path" })).toEqual([name]);
  });
});

it.each([
  ["PORT", ["65536", "-1", "80.5", "0x50", "1e3"]],
  ["TRUST_PROXY", ["-1", "0.5", "true", "loopback"]],
  ["LOG_LEVEL", ["verbose", "INFO"]],
  ["TENANT_ID", ["common", "organizations", "consumers", "a/b", "..", "a?b"]],
  ["CLIENT_ID", ["a b", "a/b", "{guid}"]],
  ["SESSION_SECRET", ["x".repeat(31), `${SESSION_SECRET},short`, `${SESSION_SECRET},`]],
  ["PAYROLL_API_SCOPES", [",", " , "]],
])("refuses a %s that is none", (name, values) => {
  for (const value of values) expect(refused({ [name]: value })).toEqual([name]);
});

it("reads GUIDs and domains in lower case, and nothing else", () => {
  const guid = "5F2B9C1E-ABCD-4000-8000-00000000000F";
  const config = readConfig({
    ...RIGHT,
    TENANT_ID: "Contoso.OnMicrosoft.com",
    CLIENT_ID: guid,
    PAYROLL_API_URL: "https://api.example/Payroll",
    PAYROLL_API_SCOPES: `api://${guid}/Payroll.Read api://Payroll/Payroll.Write`,
  });
  expect(config.authority.tenantId).toBe("contoso.onmicrosoft.com");
  expect(config.client.clientId).toBe(guid.toLowerCase());
  expect(config.apis.at(-1)).toMatchObject({
    url: "https://api.example/Payroll",
    scopes: [`api://${guid.toLowerCase()}/Payroll.Read`, "api://Payroll/Payroll.Write"],
  });
  expect(readConfig({ ...RIGHT, TENANT_ID: guid }).authority.tenantId).toBe(guid.toLowerCase());
});
