import { describe, expect, it } from "vitest";
import { setUpForAll } from "../support/set-up.js";
import type { HttpBrowser } from "../support/http-browser.js";
import { IBAN } from "../support/ibans.js";
import { startDeployment } from "./deployment.js";

describe("two instances behind nginx", () => {
  const deployment = setUpForAll(startDeployment);

  async function signIn(person: string): Promise<HttpBrowser> {
    const browser = deployment.createBrowser();
    expect((await browser.open("/signin", { person })).status).toBe(200);
    return browser;
  }

  async function statusOf(browser: HttpBrowser, path: string): Promise<number> {
    return (await browser.get(path, { accept: "application/json" })).status;
  }

  function pathOf(location: string | undefined): string {
    const { pathname, search } = new URL(location ?? "");
    return pathname + search;
  }

  it("serve everybody without stickiness, with secure cookies", async () => {
    const ada = await signIn("Ada");
    expect((await ada.open("/payslips")).status).toBe(200);
    expect((await ada.follow(await ada.post("/bank-account", { iban: IBAN }))).status).toBe(200);
    const names = [...ada.cookies.keys()];
    expect(names.some((name) => name.startsWith("__Host-stepped-up-"))).toBe(true);
    expect(names.filter((name) => !name.startsWith("__Host-"))).toEqual([]);
    for (const { port, program } of deployment.instances) {
      expect(deployment.nginx.output()).toContain(`127.0.0.1:${port}`);
      expect(program.output()).toMatch(/"path":"\/(?:signin|redirect|payslips)/);
    }
    expect((await ada.post("/signout")).status).toBe(303);
    expect(await statusOf(ada, "/profile")).toBe(401);
  });

  it("log the client's address, which the client cannot choose", async () => {
    const headers = { "x-forwarded-for": "203.0.113.9" };
    for (const path of ["/nowhere", "/nowhere"]) {
      await deployment.createBrowser().get(path, headers);
    }
    const logged = deployment.instances.map(({ program }) => program.output()).join("");
    expect(logged).toContain('"client":"127.0.0.1"');
    expect(logged).not.toContain("203.0.113.9");
  });

  it("write no query to a log: the authorization response is one", async () => {
    await signIn("Ada");
    expect(deployment.nginx.output()).toContain("GET /redirect 303");
    expect(deployment.nginx.output()).not.toMatch(/[?]|code=|state=/);
  });

  it("are not asked for their health from outside, nor without TLS", async () => {
    const browser = deployment.createBrowser();
    expect((await browser.get("/readyz")).status).toBe(404);
    expect((await browser.get("/healthz")).status).toBe(404);
    const plain = await fetch(`http://127.0.0.1:${deployment.nginx.plainPort}/payslips`, {
      redirect: "manual",
    });
    expect(plain.status).toBe(308);
    expect(plain.headers.get("location")).toMatch(/^https:.*\/payslips$/);
  });

  it("fail no request while one of them ends with SIGTERM", async () => {
    const ada = await signIn("Ada");
    const statuses: number[] = [];
    let isOver = false;
    const visits = Array.from({ length: 8 }, async () => {
      while (!isOver) statuses.push(await statusOf(ada, "/profile"));
    });
    await expect.poll(() => statuses.length, { timeout: 10_000 }).toBeGreaterThan(20);
    const { program } = deployment.instances[0];
    program.process.kill("SIGTERM");
    await program.ended().finally(() => {
      isOver = true;
    });
    await Promise.all(visits);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await deployment.restart(0);
  });

  it("end on one what began on the other, which was killed", async () => {
    const people = await Promise.all(["Ada", "Ada", "Ada", "Ada", "Ada", "Ada"].map(signIn));
    const began = await Promise.all(people.map((browser) => browser.get("/payslips")));
    deployment.instances[0].program.process.kill("SIGKILL");
    await deployment.instances[0].program.ended();
    for (const [index, browser] of people.entries()) {
      const back = await browser.atSandbox(began[index]?.location ?? "");
      const returned = await browser.get(pathOf(back));
      expect(returned.status).toBe(303);
      expect((await browser.get(pathOf(returned.location))).status).toBe(200);
    }
    await deployment.restart(0);
  });
});
