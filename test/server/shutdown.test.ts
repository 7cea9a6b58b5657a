import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type ChildProgram, startProgram } from "../support/child-program.js";
import { PROFILE } from "../support/api-responses.js";
import { createPause, type Pause } from "../support/gate.js";
import { HttpBrowser } from "../support/http-browser.js";
import { setUpForAll } from "../support/set-up.js";
import { startTlsTenant } from "../support/tls-tenant.js";
import { startKeepAliveClients } from "./keep-alive-clients.js";

/** Runs before the program, whose errors a test has no other way to cause. */
const FAIL_ON_SIGNAL = [
  `process.on("SIGUSR2", () => { throw new Error("a text with a secret"); });`,
  `process.on("SIGHUP", () => void Promise.reject(new Error("a text with a secret")));`,
].join("");

const CLIENTS = 40;

describe("the web app's process", () => {
  const tenant = setUpForAll(startTlsTenant);
  const programs: ChildProgram[] = [];

  afterEach(() => {
    for (const program of programs.splice(0)) program.process.kill("SIGKILL");
  });

  async function startApp(settings: Readonly<Record<string, string>> = {}) {
    const { url, env } = await tenant.describeWebApp();
    const preload = `data:text/javascript,${encodeURIComponent(FAIL_ON_SIGNAL)}`;
    const args = ["--import", "tsx", "--import", preload, "src/main.ts"];
    const program = startProgram(args, { ...env, ...settings });
    programs.push(program);
    await program.printed(/listening/);
    return { program, url };
  }

  async function signIn(url: string): Promise<HttpBrowser> {
    const browser = new HttpBrowser(url);
    const { location = "" } = await browser.get("/signin");
    expect((await browser.get(await tenant.redirectOf(location))).status).toBe(303);
    return browser;
  }

  /** Holds the responses of Graph up. */
  function holdNextCall(): Pause {
    const { pause, hold } = createPause();
    tenant.graph.answer = async () => {
      await hold();
      return { status: 200, body: PROFILE };
    };
    return pause;
  }

  async function readiness(url: string): Promise<number> {
    return (await fetch(`${url}/readyz`)).status;
  }

  it("loses no request under load: it is not ready, and serves for SHUTDOWN_DELAY_SECONDS", async () => {
    const { program, url } = await startApp({ SHUTDOWN_DELAY_SECONDS: "2" });
    const clients = startKeepAliveClients(`${url}/`, CLIENTS);
    await expect.poll(() => clients.counts.sent, { timeout: 20_000 }).toBeGreaterThan(500);
    expect(await readiness(url)).toBe(200);
    program.process.kill("SIGTERM");
    await expect.poll(() => readiness(url), { interval: 10 }).toBe(503);
    const sentBefore = clients.counts.sent;
    // The clients open new connections for as long as their load balancer does not know.
    const fresh = await fetch(`${url}/`);
    expect(fresh.status).toBe(200);
    expect(fresh.headers.get("connection")).toBe("close");
    await expect.poll(() => clients.counts.sent).toBeGreaterThan(sentBefore + CLIENTS);
    clients.openNoMore();
    expect(await program.ended()).toBe(0);
    await clients.ended();
    expect(clients.lost).toEqual([]);
    expect(clients.counts.responses.get(200)).toBe(clients.counts.sent);
  });

  it("completes a page whose API is slow, and then ends", async () => {
    const { program, url } = await startApp();
    const ada = await signIn(url);
    const pause = holdNextCall();
    const page = ada.get("/profile");
    await pause.reached;
    program.process.kill("SIGTERM");
    await expect.poll(() => readiness(url).catch(() => 0), { interval: 10 }).not.toBe(200);
    pause.resume();
    const { status, headers } = await page;
    expect([status, headers.get("connection")]).toEqual([200, "close"]);
    expect(await program.ended()).toBe(0);
  });

  it("ends at once on a second signal", async () => {
    const { program, url } = await startApp({ SHUTDOWN_DELAY_SECONDS: "300" });
    program.process.kill("SIGTERM");
    await expect.poll(() => readiness(url), { interval: 10 }).toBe(503);
    const again = setInterval(() => program.process.kill("SIGTERM"), 200);
    expect(await program.ended()).toBe(130);
    clearInterval(again);
  });

  it.each([
    ["is thrown", "SIGUSR2"],
    ["rejects a promise", "SIGHUP"],
  ] as const)(
    "completes what is under way and ends with 1 when an error %s that nobody catches",
    async (_name, signal) => {
      const { program, url } = await startApp({ SHUTDOWN_DELAY_SECONDS: "300" });
      const ada = await signIn(url);
      const pause = holdNextCall();
      const page = ada.get("/profile");
      await pause.reached;
      program.process.kill(signal);
      await program.printed(/"level":60.*uncaught/);
      pause.resume();
      expect((await page).status).toBe(200);
      expect(await program.ended()).toBe(1);
      expect(program.output()).not.toContain("a text with a secret");
    },
  );

  it("ends although a client has opened a connection and sends nothing", async () => {
    const { program, url } = await startApp();
    const socket = connect(Number(new URL(url).port), "localhost");
    await once(socket, "connect");
    const closed = once(socket, "close");
    program.process.kill("SIGTERM");
    await closed;
    expect(await program.ended()).toBe(0);
  });
});
