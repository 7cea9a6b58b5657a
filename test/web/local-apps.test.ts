import { afterEach, describe, expect, it } from "vitest";
import { type Actors, startActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";

const running: Actors[] = [];

afterEach(async () => {
  for (const actors of running.splice(0)) await actors.close();
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<Actors> {
  const actors = await startActors({ settings });
  running.push(actors);
  return actors;
}

describe("two instances on ports of localhost", () => {
  it("keep their sessions apart, as cookies ignore ports", async () => {
    const [one, two] = [await start(), await start()];
    const jar = new Map<string, string>();
    const sandboxes = [new Map<string, string>(), new Map<string, string>()] as const;
    const atOne = new HttpBrowser(one.url, jar, sandboxes[0]);
    const atTwo = new HttpBrowser(two.url, jar, sandboxes[1]);
    await atOne.open("/signin", { person: "Ada" });
    await atTwo.open("/signin", { person: "Ben" });
    expect((await atOne.get("/")).body).toContain("Hello, <bdi>Ada");
    expect((await atTwo.get("/")).body).toContain("Hello, <bdi>Ben");
    await atOne.post("/signout");
    expect((await atTwo.get("/")).body).toContain("Hello, <bdi>Ben");
    expect((await atOne.get("/")).body).toContain("You are signed out.");
  });
});

describe("Strict-Transport-Security", () => {
  it.each([
    ["https://localhost", false],
    ["https://localhost:8443", false],
    ["https://app.localhost", false],
    ["https://127.0.0.1", false],
    ["https://127.1.2.3:8443", false],
    ["https://[::1]:8443", false],
    ["https://app.example", true],
    ["https://localhost.example", true],
  ])("at %s: %s", async (BASE_URL, isSent) => {
    const { url } = await start({ BASE_URL });
    const { headers } = await fetch(url);
    expect(headers.has("strict-transport-security")).toBe(isSent);
  });
});
