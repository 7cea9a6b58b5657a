import { describe, expect, it } from "vitest";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { useActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";

/** Parameters of the sandbox's endpoints that nobody else may learn. */
const SECRET_PARAMETERS = [
  ...["state", "nonce", "code", "code_verifier", "code_challenge", "client_secret"],
  ...["refresh_token", "login_hint"],
];

/** Returns a memory store that adds every token that it keeps to the canaries. */
function createWatchedStore(canaries: Set<string>): KeyValueStore {
  const store = createMemoryStore();
  function watch(key: string, value: string): void {
    if (!key.startsWith("tokens:")) return;
    for (const [, secret = ""] of value.matchAll(/"secret":"([^"]+)"/g)) {
      // The header of a token is the same for all, and no secret.
      const [, ...parts] = secret.split(".");
      for (const part of parts.length === 0 ? [secret] : parts) canaries.add(part);
    }
  }
  return {
    ...store,
    set: (key, value, ttlMs) => {
      watch(key, value);
      return store.set(key, value, ttlMs);
    },
    replace: (replacement) => {
      watch(replacement.key, replacement.value);
      return store.replace(replacement);
    },
  };
}

describe("the trace of a whole run", () => {
  const canaries = new Set<string>();
  const store = createWatchedStore(canaries);
  const actors = useActors({ settings: { TRACE: "on" }, store });

  /** Opens the pages of every scenario, and returns what each of them showed. */
  async function visitEverything(browser: HttpBrowser, person: string): Promise<string[]> {
    const bodies: string[] = [];
    async function open(path: string): Promise<void> {
      bodies.push((await browser.open(path, { person })).body);
    }
    for (const path of ["/signin", "/profile", "/payslips", "/tax-forms", "/"]) await open(path);
    await actors.control("people/everybody/revoke-sessions", { grant: "kept" });
    await open("/profile");
    await actors.control("people/everybody/revoke-sessions", { grant: "gone" });
    await open("/payslips");
    const form = { iban: "DE89370400440532013000" };
    bodies.push((await browser.follow(await browser.post("/bank-account", form), { person })).body);
    await open("/bank-account");
    return bodies;
  }

  it.each(["Ada", "Ben", "Cleo", "Dan"])(
    "holds no secret of %s's run in any page",
    async (person) => {
      canaries.clear();
      actors.forgetReceived();
      const browser = new HttpBrowser(actors.url);
      const bodies = await visitEverything(browser, person);
      const list = (await browser.get("/trace")).body;
      const ids = [...list.matchAll(/href="\/trace\?action=([\w-]+)"/g)].map(([, id = ""]) => id);
      expect(ids.length).toBeGreaterThan(1);
      for (const id of ids) bodies.push((await browser.get(`/trace?action=${id}`)).body);
      bodies.push((await browser.get("/trace/markdown")).body);

      for (const { parameters } of actors.sandboxReceived) {
        for (const name of SECRET_PARAMETERS) canaries.add(parameters.get(name) ?? "");
      }
      for (const jar of [browser.cookies, browser.sandboxCookies]) {
        for (const value of jar.values()) canaries.add(decodeURIComponent(value));
      }
      const secrets = [...canaries].filter((secret) => secret.length > 8);
      expect(secrets.length).toBeGreaterThan(5);
      const shown = [...bodies, ...actors.logLines].join("\n");
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
      expect(secrets.filter((secret) => shown.includes(encodeURIComponent(secret)))).toEqual([]);
      // The IBAN is of the form and its page, and of no message.
      expect((await browser.get("/trace/markdown")).body).not.toContain("DE89");
    },
  );

  it("is gone after Clear, and after sign-out", async () => {
    const browser = await actors.signIn("Ada");
    await browser.open("/profile");
    expect((await browser.get("/trace/markdown")).body).toContain("## Opened profile");
    await browser.post("/trace");
    expect((await browser.get("/trace/markdown")).body).toBe("");
    await browser.open("/profile");
    const { cookies } = browser;
    const before = new Map(cookies);
    await browser.post("/signout");
    const stale = new HttpBrowser(actors.url, before);
    expect((await stale.get("/trace/markdown")).body).toBe("");
  });

  it("is not shown to the next person in the same browser", async () => {
    const browser = await actors.signIn("Ada");
    await browser.open("/profile");
    const next = await browser.get("/signin?prompt=select_account");
    await browser.follow(next, { person: "Cleo" });
    const { body } = await browser.get("/trace/markdown");
    expect(body).toContain("## Sign-in");
    expect(body).not.toContain("Opened profile");
  });
});
