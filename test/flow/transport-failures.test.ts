import { createServer, get, type Server } from "node:https";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startAuthority, type TestAuthority } from "../support/authority.js";
import { type ChildProgram, startProgram } from "../support/child-program.js";
import { freePort } from "../support/free-port.js";
import { HttpBrowser } from "../support/http-browser.js";
import { type ScriptedApi, startScriptedApi } from "../support/scripted-api.js";
import { makeSelfSigned } from "../support/self-signed.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { expectExplanation, expectLog, readRefusalCases } from "./refusal-cases.js";
import type { RefusalCase } from "./refusal-cases.js";
import { PROFILE, signInSomebody, startScriptedActors } from "./scripted-actors.js";
import type { ScriptedActors } from "./scripted-actors.js";

function caseOf(id: string): RefusalCase {
  const found = readRefusalCases("transport").find((each) => each.id === id);
  if (found === undefined) throw new Error(`The corpus has no case ${id}`);
  return found;
}

describe("a token endpoint that gives no answer", () => {
  let actors: ScriptedActors;

  beforeEach(async () => {
    actors = await startScriptedActors();
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await actors.close();
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
  const trusted = makeSelfSigned();
  let folder: string;
  let authority: TestAuthority;
  let graph: ScriptedApi;
  let program: ChildProgram;
  let browser: HttpBrowser;
  let impostor: Server | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "certificate-"));
    const ca = join(folder, "ca.pem");
    await writeFile(ca, trusted.cert);
    authority = await startAuthority({ tls: trusted });
    graph = await startScriptedApi(() => ({ status: 200, body: PROFILE }));
    const port = String(await freePort());
    program = startProgram(["--import", "tsx", "src/main.ts"], {
      PORT: port,
      CLOUD_INSTANCE: authority.url,
      TENANT_ID: authority.tenantId,
      CLIENT_ID: "5f0f1b6e-7c1e-4f0e-9d53-0c8b6b2d7a11",
      CLIENT_SECRET: "a secret of the tests",
      SESSION_SECRET,
      GRAPH_API_ENDPOINT: graph.url,
      PAYROLL_API_URL: graph.url,
      PAYROLL_API_SCOPES: "api://payroll/Payroll.Read",
      NODE_EXTRA_CA_CERTS: ca,
    });
    browser = new HttpBrowser(`http://localhost:${port}`);
    await program.printed(/listening/);
  });

  afterEach(async () => {
    program.process.kill("SIGKILL");
    impostor?.close();
    impostor?.closeAllConnections();
    await Promise.all([authority.close(), graph.close(), rm(folder, { recursive: true })]);
  });

  it("is sent nothing, and the operator hears of it", async () => {
    const visited = await browser.get("/signin");
    const answer = await followOverTls(visited.location ?? "", trusted.cert);
    expect((await browser.get(answer)).status).toBe(303);
    const { port } = new URL(authority.url);
    await authority.close();
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

/** Gives the address that the authority sends the browser to. */
async function followOverTls(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { ca }, (response) => {
      response.resume();
      resolve(response.headers.location ?? "");
    });
    request.on("error", reject);
  });
}
