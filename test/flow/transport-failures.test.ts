import { createServer, type Server } from "node:https";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ChildProgram, startProgram } from "../support/child-program.js";
import { HttpBrowser } from "../support/http-browser.js";
import { makeSelfSigned } from "../support/self-signed.js";
import { setUpForEach } from "../support/set-up.js";
import { startTlsTenant } from "../support/tls-tenant.js";
import { expectExplanation, expectLog } from "./expect-refusal.js";
import { readRefusalCases, type RefusalCase } from "./refusal-cases.js";
import { useFreshScriptedActors } from "./scripted-actors.js";
import { signInSomebody } from "./visits.js";

function caseOf(id: string): RefusalCase {
  const found = readRefusalCases("transport").find((each) => each.id === id);
  if (found === undefined) throw new Error(`The corpus has no case ${id}`);
  return found;
}

describe("a token endpoint that does not respond", () => {
  const actors = useFreshScriptedActors();

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("is given up after ten seconds in all when it hangs", async () => {
    const browser = await signInSomebody(actors);
    const limits: { ms: number; controller: AbortController }[] = [];
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      const controller = new AbortController();
      limits.push({ ms, controller });
      return controller.signal;
    });
    const endless = { status: 200, headers: { "content-length": "1000" }, body: '{"access_' };
    actors.authority.nextTokenAnswers.push(endless, endless);

    const visit = browser.get("/payslips");
    for (const tries of [1, 2]) {
      await vi.waitFor(() => {
        expect(actors.authority.requestsTo("/token")).toHaveLength(tries);
      });
      limits.at(-1)?.controller.abort(new DOMException("The time is over", "TimeoutError"));
    }
    const page = await visit;

    const [first, second, ...more] = limits.map(({ ms }) => ms);
    expect(first).toBe(5_000);
    expect(second).toBeLessThanOrEqual(10_000);
    expect(more).toEqual([]);
    expectExplanation(page, caseOf("timeout"));
    expectLog(actors, caseOf("timeout"));
    expect(actors.waits).toHaveLength(caseOf("timeout").expect.auto_retries);
    expect((await browser.getJson("/profile")).status).toBe(200);
  });

  it("is asked twice when nobody listens there", async () => {
    const browser = await signInSomebody(actors);
    await actors.authority.close();
    const page = await browser.get("/payslips");
    expectExplanation(page, caseOf("dns"));
    expectLog(actors, caseOf("dns"));
    expect(actors.waits).toHaveLength(caseOf("dns").expect.auto_retries);
    expect((await browser.getJson("/profile")).status).toBe(200);
  });
});

describe("a token endpoint whose certificate does not verify", () => {
  const tenant = setUpForEach(startTlsTenant);
  let program: ChildProgram;
  let browser: HttpBrowser;
  let impostor: Server | undefined;

  beforeEach(async () => {
    const { url, env } = await tenant.describeWebApp();
    program = startProgram(["--import", "tsx", "src/main.ts"], env);
    browser = new HttpBrowser(url);
    await program.printed(/listening/);
  });

  afterEach(() => {
    program.process.kill("SIGKILL");
    impostor?.close();
    impostor?.closeAllConnections();
  });

  it("is sent nothing, and the operator hears of it", async () => {
    const visited = await browser.get("/signin");
    const back = await tenant.redirectOf(visited.location ?? "");
    expect((await browser.get(back)).status).toBe(303);
    const { port } = new URL(tenant.authority.url);
    await tenant.authority.close();
    const met = { connections: 0, requests: 0 };
    impostor = createServer(makeSelfSigned(), () => (met.requests += 1));
    impostor.on("connection", () => (met.connections += 1));
    await new Promise<void>((resolve) => impostor?.listen(Number(port), "127.0.0.1", resolve));

    const page = await browser.get("/payslips");

    const { user_status: status } = caseOf("tls").expect;
    expect(page.status).toBe(status);
    expect(page.body).toContain("ERR_AUTHORITY_UNTRUSTED");
    expect(met).toEqual({ connections: 1, requests: 0 });
    await program.printed(/"untrusted-authority"/);
    expect(program.output().match(/"level":50/g)).toHaveLength(1);
    expect((await browser.getJson("/profile")).status).toBe(200);
  });
});
