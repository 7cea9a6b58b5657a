import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { OWN_PATHS } from "../../src/config/conflicts.js";
import { readSandboxSetup } from "../../src/demo/settings.js";
import { ConfigError } from "../../src/errors.js";
import { SESSION_SECRET } from "../support/session-secret.js";

type Environment = Readonly<Record<string, string>>;

const COMPLETE = {
  TENANT_ID: "contoso.onmicrosoft.com",
  CLIENT_ID: "5f2b9c1e-0000-4000-8000-000000000001",
  CLIENT_SECRET: "the value of the client secret",
  SESSION_SECRET,
  BASE_URL: "https://app.example",
};

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Returns the settings that are blamed when these are added to complete ones. */
function blamed(settings: Environment): readonly string[] {
  const problems = problemsOf(() => readConfig({ ...COMPLETE, ...settings }));
  return problems.map((each) => each.split(" ")[0] ?? "");
}

describe("REDIRECT_URI", () => {
  it.each(["/redirect", "/auth/cb", "/auth/cb/", "/a-b_c.d~e/1", "/signin/callback", "/sign-in"])(
    "may have the path %s",
    (path) => {
      expect(blamed({ REDIRECT_URI: `https://app.example${path}` })).toEqual([]);
    },
  );

  it.each([
    ...OWN_PATHS,
    ...["", "/signin/", "/SignIn", "//", "/assets/app.js", "/Bank-Account/", "/payslips//"],
  ])("may not have the path of a page: %s", (path) => {
    expect(blamed({ REDIRECT_URI: `https://app.example${path}` })).toEqual(["REDIRECT_URI"]);
  });

  it.each([
    ...["/:id", "/cb/:path", "/*all", "/cb{/x}", "/cb(x)", "/cb[x]", "/cb+", "/cb!", "/cb%20x"],
    ...["/a\\b", "/ü", "/cb;x", "/cb'", "/cb$", "/cb|x"],
  ])("may not have a path that a router reads as a pattern: %s", (path) => {
    const problems = blamed({ REDIRECT_URI: `https://app.example${path}` });
    // The URL Standard reads a backslash as a slash.
    expect(problems).toEqual(path === "/a\\b" ? [] : ["REDIRECT_URI"]);
  });

  it.each([
    ["https://other.example/redirect", "https://app.example"],
    ["https://app.example:8443/redirect", "https://app.example"],
    ["http://127.0.0.1:3000/redirect", "http://localhost:3000"],
    ["http://localhost:3001/redirect", "http://localhost:3000"],
    ["https://app.example.evil.example/redirect", "https://app.example"],
  ])("may not be %s when BASE_URL is %s", (REDIRECT_URI, BASE_URL) => {
    expect(blamed({ REDIRECT_URI, BASE_URL })).toEqual(["REDIRECT_URI"]);
  });

  it("is compared with the origin that the port implies", () => {
    const settings = { BASE_URL: "", PORT: "4000" };
    expect(blamed({ ...settings, REDIRECT_URI: "http://localhost:4000/cb" })).toEqual([]);
    expect(blamed({ ...settings, REDIRECT_URI: "http://localhost:3000/cb" })).toEqual([
      "REDIRECT_URI",
    ]);
  });
});

describe("POST_LOGOUT_REDIRECT_URI", () => {
  it.each(["https://www.example/bye", "https://app.example/", "https://app.example/signin"])(
    "may be %s",
    (POST_LOGOUT_REDIRECT_URI) => {
      expect(blamed({ POST_LOGOUT_REDIRECT_URI })).toEqual([]);
    },
  );

  it("may not be where authorization responses are expected", () => {
    expect(blamed({ POST_LOGOUT_REDIRECT_URI: "https://app.example/redirect" })).toEqual([
      "POST_LOGOUT_REDIRECT_URI",
    ]);
  });
});

describe("an address that the app calls", () => {
  const payroll = { PAYROLL_API_SCOPES: "api://p/Payroll.Read" };

  it.each(["CLOUD_INSTANCE", "GRAPH_API_ENDPOINT", "PAYROLL_API_URL"])(
    "is not its own: %s",
    (name) => {
      const more = name === "PAYROLL_API_URL" ? payroll : {};
      expect(blamed({ ...more, [name]: "https://APP.example/" })).toEqual([name]);
    },
  );

  it("may be below its own, behind a proxy", () => {
    expect(blamed({ ...payroll, PAYROLL_API_URL: "https://app.example/api" })).toEqual([]);
  });
});

describe("the ports of the sandbox, the Payroll API and the web app", () => {
  it.each([
    [{ PORT: "3001" }, ["PORT", "PAYROLL_API_PORT"]],
    [{ PORT: "3002" }, ["PORT", "SANDBOX_PORT"]],
    [{ SANDBOX_PORT: "3001" }, ["PAYROLL_API_PORT", "SANDBOX_PORT"]],
    [
      { PORT: "4000", PAYROLL_API_PORT: "4000", SANDBOX_PORT: "4000" },
      ["PORT", "PAYROLL_API_PORT", "SANDBOX_PORT"],
    ],
  ] as const)("differ: not %j", (env, names) => {
    const problems = problemsOf(() => readSandboxSetup(env));
    expect(problems).toHaveLength(1);
    for (const name of names) expect(problems[0]).toContain(name);
  });

  it("may all be 0, which takes a free one each", () => {
    const env = { PORT: "0", PAYROLL_API_PORT: "0", SANDBOX_PORT: "0" };
    expect(problemsOf(() => readSandboxSetup(env))).toEqual([]);
  });
});
