import { execFile } from "node:child_process";
import { access, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { API_CLAIMS, CHALLENGE } from "./support/api-responses.js";
import { makePerson } from "./support/authority-tokens.js";
import { type ChildProgram, startProgram } from "./support/child-program.js";
import { HttpBrowser, type Visited } from "./support/http-browser.js";
import { setUpForAll } from "./support/set-up.js";
import { startTlsTenant } from "./support/tls-tenant.js";

describe("against a tenant of another authority", () => {
  const tenant = setUpForAll(startTlsTenant);
  const programs: ChildProgram[] = [];

  beforeAll(async () => {
    await rm("dist", { recursive: true, force: true });
    await promisify(execFile)(process.execPath, [
      "node_modules/typescript/bin/tsc",
      ...["-p", "tsconfig.build.json"],
    ]);
  });

  afterEach(() => {
    for (const program of programs.splice(0)) program.process.kill("SIGKILL");
  });

  /** Opens a page; where it leads to the authority, goes there and back again. */
  async function openThroughAuthority(browser: HttpBrowser, path: string): Promise<Visited> {
    let visited = await browser.get(path);
    for (let steps = 0; visited.location !== undefined && steps < 10; steps += 1) {
      const { location } = visited;
      const isAuthority = location.startsWith(tenant.authority.url);
      visited = await browser.get(isAuthority ? await tenant.redirectOf(location) : location);
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
    const { authority, payroll } = tenant;
    const { url, env } = await tenant.describeWebApp();
    const program = startProgram(args, { ...env, CLOUD_INSTANCE: `${authority.url}/` });
    programs.push(program);
    await program.printed(ready);
    authority.seen.length = 0;
    // Somebody who has not been asked for a second factor yet.
    authority.person = makePerson("Ada");
    payroll.nextAnswers.push(CHALLENGE);
    const browser = new HttpBrowser(url);
    await openThroughAuthority(browser, "/signin");
    expect((await browser.get("/profile")).body).toContain("Ada Okafor");
    const payslips = await openThroughAuthority(browser, "/payslips");
    expect(payslips.status).toBe(200);
    expect(payslips.body).toContain("October 2026");
    const [authorization] = authority.requestsTo("/authorize").slice(-1);
    const [redemption] = authority.requestsTo("/token").slice(-1);
    expect(JSON.parse(authorization?.params.claims ?? "")).toMatchObject(API_CLAIMS);
    expect(redemption?.params.claims).toBe(authorization?.params.claims);
    expect(payroll.seen).toHaveLength(2);
    payroll.seen.length = 0;
    program.process.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  });
});
