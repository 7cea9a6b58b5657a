import { readFileSync } from "node:fs";
import { symlink, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { startPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import { startSandbox } from "../../src/sandbox/start-sandbox.js";
import { createLogger } from "../../src/log.js";
import { CHALLENGE } from "../support/api-responses.js";
import { type ChildProgram, startCommand, startProgram } from "../support/child-program.js";
import { allMatches, filesUnder, read, rowsOf, section } from "../support/documents.js";
import { freePort } from "../support/free-port.js";
import { HttpBrowser } from "../support/http-browser.js";
import { startScriptedApi } from "../support/scripted-api.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForAll } from "../support/set-up.js";
import { startTlsTenant } from "../support/tls-tenant.js";
import { adopt, linkPackages } from "./adoption.js";

const TSX = pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href;

/** The compiler is slow on a busy machine; nothing is measured. */
const TIMEOUT_MS = 240_000;

const programs: ChildProgram[] = [];

afterEach(() => {
  for (const program of programs.splice(0)) program.process.kill("SIGKILL");
});

/** Runs a TypeScript program in a folder that has no tsx. */
async function runIn(folder: string, text: string, env: Readonly<Record<string, string>>) {
  await writeFile(join(folder, "main.ts"), text);
  const program = startProgram(["--import", TSX, "main.ts"], env, folder);
  programs.push(program);
  return program;
}

describe("a folder with challenge", { timeout: TIMEOUT_MS }, () => {
  const app = setUpForAll(() => adopt("Copy challenge"));
  const api = setUpForAll(() => startScriptedApi(() => CHALLENGE));

  it("compiles and reads the claims that an API asks for, without a package", async () => {
    expect(app.packages).toEqual([]);
    await app.compile();
    const text = `
      import { callApi } from "./program.js";
      process.stdout.write(await callApi(process.env.API_URL ?? "", "token"));`;
    const program = await runIn(app.folder, text, { API_URL: api.url });
    expect(await program.ended()).toBe(0);
    expect(JSON.parse(program.output())).toHaveProperty("access_token");
  });
});

describe("a folder with auth and protected-api", { timeout: TIMEOUT_MS }, () => {
  const app = setUpForAll(() => adopt("Copy auth and protected-api"));

  it("compiles with the packages that it says to install", async () => {
    await app.compile();
  });

  it("signs in at the sandbox, steps up and shows the payslips", async () => {
    const port = await freePort();
    const [url, log] = [`http://localhost:${port}`, createLogger("silent")];
    const redirectUri = `${url}/redirect`;
    const sandbox = await startSandbox({
      ...{ port: 0, redirectUris: [redirectUri], postLogoutRedirectUris: [], log },
    });
    const { tenantId, clientId, clientSecret, payrollAudience: audience, payrollScopes } = sandbox;
    const settings = { cloudInstance: sandbox.url, tenantId };
    const payroll = await startPayrollApi({ port: 0, ...settings, audience, log });
    const options = {
      settings,
      client: { clientId, credential: { kind: "secret", clientSecret } },
      ...{ redirectUri, sessionSecret: SESSION_SECRET },
      api: { url: payroll.url, scopes: payrollScopes },
    };
    const text = `
      import { createMinimalApp, type MinimalAppOptions } from "./examples/minimal-app.js";
      const options = JSON.parse(process.env.OPTIONS ?? "") as MinimalAppOptions;
      createMinimalApp(options).listen(${port}, "localhost", () => process.stdout.write("ready"));`;
    const program = await runIn(app.folder, text, { OPTIONS: JSON.stringify(options) });
    await program.printed(/ready/);
    const page = await new HttpBrowser(url).open("/", { person: "Ada" });
    await Promise.all([payroll.close(), sandbox.close()]);
    expect(page.body).toContain("Payslips of Ada Okafor");
  });
});

describe("the whole in another folder", { timeout: TIMEOUT_MS }, () => {
  const app = setUpForAll(() => adopt("Start from the whole"));
  const tenant = setUpForAll(() => startTlsTenant());

  it("builds, and runs in production with production dependencies only", async () => {
    const { folder } = app;
    await rm(join(folder, "node_modules"), { recursive: true, force: true });
    await symlink(resolve("node_modules"), join(folder, "node_modules"));
    const build = startCommand(["npm", "run", "--silent", "build"], {}, folder);
    expect(await build.ended(), build.output()).toBe(0);
    // What npm prune --omit=dev leaves.
    await rm(join(folder, "node_modules"));
    await linkPackages(folder, productionPackages());
    const [stage = ""] = allMatches(
      read("docs/adopt.md"),
      /```sh\n(mkdir -p release\n[\s\S]*?)```/g,
    );
    const { url, env } = await tenant.describeWebApp();
    const program = startCommand(
      ["sh", "-ec", stage.replace("&& NODE_ENV", "&& exec env NODE_ENV")],
      env,
      folder,
    );
    programs.push(program);
    await program.printed(/listening/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(url)).status).toBe(200);
    const signIn = await fetch(`${url}/signin`, { redirect: "manual" });
    expect(signIn.headers.get("location")).toContain(tenant.authority.url);
    program.process.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  });
});

/** Returns the packages of the lock file that are installed without development dependencies. */
function productionPackages(): string[] {
  const lock = z
    .object({ packages: z.record(z.string(), z.looseObject({ dev: z.boolean().optional() })) })
    .parse(JSON.parse(read("package-lock.json")));
  return Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path !== "" && dev !== true && optional !== true)
    .flatMap(([path]) => /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1] ?? []);
}

describe("docs/adopt.md", () => {
  it("names the files that know Express, and no others", () => {
    const knowing = filesUnder("src").filter((path) => {
      return /from "(?:express|express-session|express-rate-limit|helmet|compression)"/.test(
        readFileSync(path, "utf8"),
      );
    });
    expect(knowing.length).toBeGreaterThan(10);
    const rows = rowsOf(section(read("docs/adopt.md"), "Which files know Express"));
    const named = rows.flatMap(([cell = ""]) => allMatches(cell, /`(src\/[^`]+)`/g));
    const unnamed = knowing.filter((path) => !named.some((each) => path.startsWith(each)));
    expect(unnamed).toEqual([]);
    const needless = named.filter((each) => !knowing.some((path) => path.startsWith(each)));
    expect(needless).toEqual([]);
  });
});
