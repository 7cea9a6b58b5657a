import { execFile } from "node:child_process";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startAuthority, type TestAuthority } from "./support/authority.js";
import { makePerson } from "./support/authority-tokens.js";
import { type ChildProgram, startProgram } from "./support/child-program.js";
import { freePort } from "./support/free-port.js";
import { HttpBrowser, type Visited } from "./support/http-browser.js";
import { type ScriptedApi, startScriptedApi } from "./support/scripted-api.js";
import { makeSelfSigned } from "./support/self-signed.js";
import { SESSION_SECRET } from "./support/session-secret.js";

const CLAIMS = { access_token: { acrs: { essential: true, value: "c1" } } };
const CHALLENGE = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(JSON.stringify(CLAIMS)).toString("base64")}"`;
const PAYSLIPS = [{ period: "2026-10", gross: 4200, net: 2890.5, currency: "EUR" }];

/** Gives the address that a page behind TLS redirects to. */
async function redirectOf(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { ca }, (response) => {
      response.resume();
      resolve(response.headers.location ?? "");
    });
    request.on("error", reject);
  });
}

/** A tenant that is neither the sandbox nor Entra: an authority over TLS, found by discovery. */
describe("against a tenant of another authority", () => {
  const tls = makeSelfSigned();
  let folder: string;
  let authority: TestAuthority;
  let graph: ScriptedApi;
  let payroll: ScriptedApi;
  const programs: ChildProgram[] = [];

  beforeAll(async () => {
    await rm("dist", { recursive: true, force: true });
    await promisify(execFile)(process.execPath, [
      "node_modules/typescript/bin/tsc",
      ...["-p", "tsconfig.build.json"],
    ]);
    folder = await mkdtemp(join(tmpdir(), "tenant-"));
    await writeFile(join(folder, "ca.pem"), tls.cert);
    authority = await startAuthority({ tls, clientSecret: "the client's secret" });
    graph = await startScriptedApi(undefined, tls);
    payroll = await startScriptedApi(undefined, tls);
  });

  afterEach(() => {
    for (const program of programs.splice(0)) program.process.kill("SIGKILL");
  });

  afterAll(async () => {
    await Promise.all([authority.close(), graph.close(), payroll.close()]);
    await rm(folder, { recursive: true });
  });

  /** Opens a page; where it leads to the authority, goes there and back again. */
  async function openThroughAuthority(browser: HttpBrowser, path: string): Promise<Visited> {
    let visited = await browser.get(path);
    for (let steps = 0; visited.location !== undefined && steps < 10; steps += 1) {
      const { location } = visited;
      const isAuthority = location.startsWith(authority.url);
      visited = await browser.get(isAuthority ? await redirectOf(location, tls.cert) : location);
    }
    return visited;
  }

  it("builds a production app without any of the sandbox's code", async () => {
    await expect(access("dist/web/app.js")).resolves.toBeUndefined();
    await expect(access("dist/sandbox")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it.each([
    ["npm start", ["--import", "tsx", "src/start.ts"], /in a browser/],
    ["node dist/main.js", ["dist/main.js"], /listening/],
  ] as const)("%s signs in, is challenged and steps up", async (_name, args, ready) => {
    const port = await freePort();
    const program = startProgram(args, {
      PORT: String(port),
      CLOUD_INSTANCE: `${authority.url}/`,
      TENANT_ID: authority.tenantId,
      CLIENT_ID: "5f0f1b6e-7c1e-4f0e-9d53-0c8b6b2d7a11",
      CLIENT_SECRET: "the client's secret",
      SESSION_SECRET,
      GRAPH_API_ENDPOINT: graph.url,
      PAYROLL_API_URL: payroll.url,
      PAYROLL_API_SCOPES: "api://payroll/Payroll.Read api://payroll/Payroll.Write",
      NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    });
    programs.push(program);
    await program.printed(ready);
    authority.seen.length = 0;
    // Somebody who has not been asked for a second factor yet.
    authority.person = makePerson("Ada");
    graph.nextAnswers.push({
      status: 200,
      body: { displayName: "Ada Okafor", userPrincipalName: "ada@example.com" },
    });
    payroll.nextAnswers.push(
      { status: 401, headers: { "WWW-Authenticate": CHALLENGE } },
      { status: 200, body: { payslips: PAYSLIPS } },
    );
    const browser = new HttpBrowser(`http://localhost:${port}`);
    await openThroughAuthority(browser, "/signin");
    expect((await browser.get("/profile")).body).toContain("Ada Okafor");
    const payslips = await openThroughAuthority(browser, "/payslips");
    expect(payslips.status).toBe(200);
    expect(payslips.body).toContain("October 2026");
    const [authorization] = authority.requestsTo("/authorize").slice(-1);
    const [redemption] = authority.requestsTo("/token").slice(-1);
    expect(JSON.parse(authorization?.params.claims ?? "")).toMatchObject(CLAIMS);
    expect(redemption?.params.claims).toBe(authorization?.params.claims);
    expect(payroll.seen).toHaveLength(2);
    payroll.seen.length = 0;
    program.process.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  });
});
