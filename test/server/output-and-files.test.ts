import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type ChildProgram, startCommand } from "../support/child-program.js";
import { freePort } from "../support/free-port.js";
import { HttpBrowser } from "../support/http-browser.js";
import { setUpForAll } from "../support/set-up.js";
import { startTlsTenant } from "../support/tls-tenant.js";

const MAIN = [process.execPath, "--import", "tsx", "src/main.ts"].join(" ");

const tenant = setUpForAll(startTlsTenant);
const programs: ChildProgram[] = [];

afterEach(() => {
  for (const program of programs.splice(0)) program.process.kill("SIGKILL");
});

/** Starts the web app with a line for the shell, and waits until it serves. */
async function startApp(line: string, settings: Readonly<Record<string, string>> = {}) {
  const { url, env } = await tenant.describeWebApp();
  const program = startCommand(["sh", "-c", `exec ${line}`], { ...env, ...settings });
  programs.push(program);
  await expectReady(url);
  return { program, url };
}

async function expectReady(url: string): Promise<void> {
  await expect.poll(() => readiness(url), { timeout: 20_000, interval: 50 }).toBe(200);
}

async function readiness(url: string): Promise<number> {
  const response = await fetch(`${url}/readyz`).catch(() => undefined);
  return response?.status ?? 0;
}

async function expectSignIn(url: string): Promise<void> {
  const browser = new HttpBrowser(url);
  const { location = "" } = await browser.get("/signin");
  expect((await browser.get(await tenant.redirectOf(location))).status).toBe(303);
  expect((await browser.getJson("/profile")).status).toBe(200);
}

describe("a web app whose output goes nowhere", () => {
  it("goes on to serve when both streams are closed, and ends with 0", async () => {
    const { program, url } = await startApp(MAIN, { LOG_LEVEL: "trace" });
    program.process.stdout?.destroy();
    program.process.stderr?.destroy();
    for (let visits = 0; visits < 20; visits += 1) {
      expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    }
    await expectSignIn(url);
    program.process.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  });

  it("goes on to serve when the disk is full", async () => {
    const { program, url } = await startApp(`${MAIN} > /dev/full 2>&1`, { LOG_LEVEL: "trace" });
    for (let visits = 0; visits < 20; visits += 1) {
      expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    }
    await expectSignIn(url);
    program.process.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  });

  it("goes on to serve when the reader of its output stops, and ends with 0", async () => {
    const { program, url } = await startApp(MAIN, { LOG_LEVEL: "trace" });
    program.process.stdout?.pause();
    for (let visits = 0; visits < 400; visits += 1) {
      expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    }
    await expectSignIn(url);
    program.process.kill("SIGTERM");
    const [code] = (await once(program.process, "exit")) as [number | null];
    expect(code).toBe(0);
  });

  it("starts the sandbox when nobody reads what it prints", async () => {
    const [web, payroll, sandbox] = await Promise.all([freePort(), freePort(), freePort()]);
    const ports = { PORT: `${web}`, PAYROLL_API_PORT: `${payroll}`, SANDBOX_PORT: `${sandbox}` };
    const program = startCommand([process.execPath, "--import", "tsx", "src/start.ts"], ports);
    programs.push(program);
    program.process.stdout?.destroy();
    program.process.stderr?.destroy();
    await expectReady(`http://localhost:${web}`);
    expect((await fetch(`http://localhost:${web}/`)).status).toBe(200);
    program.process.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  });
});

describe("a web app with few file descriptors", () => {
  it("answers again after more connections than it can open, and ends with 0", async () => {
    const { url, env } = await tenant.describeWebApp();
    const line = `ulimit -n 256; exec ${MAIN}`;
    const program = startCommand(["sh", "-c", line], env);
    programs.push(program);
    await program.printed(/listening/);
    await expectSignIn(url);
    const sockets: Socket[] = [];
    const outcomes = Array.from({ length: 400 }, async () => {
      const socket = connect(Number(new URL(url).port), "localhost");
      sockets.push(socket);
      return new Promise<string>((resolve) => {
        socket.once("data", () => {
          resolve("served");
        });
        socket.once("error", () => undefined);
        socket.once("close", () => {
          resolve("refused");
        });
        socket.write("GET /signin HTTP/1.1\r\nHost: localhost\r\n\r\n");
      });
    });
    const served = (await Promise.all(outcomes)).filter((outcome) => outcome === "served");
    expect(served.length).toBeGreaterThan(0);
    expect(served.length).toBeLessThan(outcomes.length);
    for (const socket of sockets) socket.destroy();
    await expectReady(url);
    await expectSignIn(url);
    program.process.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  });
});
