import { describe, expect, it } from "vitest";
import { SessionStore } from "../../src/session/session-store.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { startActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";

describe("SessionStore", () => {
  it("takes what cannot be read for no session", async () => {
    const store = createMemoryStore();
    await store.set("session:a", "not json", 1_000);
    const sessions = new SessionStore(store, () => 0);
    const found = await new Promise((resolve, reject) => {
      sessions.get("a", (error, session) => {
        if (error === null) resolve(session);
        else reject(new Error("It failed", { cause: error }));
      });
    });
    expect(found).toBeNull();
  });

  it("keeps people signed in while strangers begin sign-ins without end", async () => {
    const actors = await startActors({ store: createMemoryStore({ maxEntriesPerKind: 20 }) });
    const ada = new HttpBrowser(actors.url);
    await ada.open("/signin", { person: "Ada" });
    for (let strangers = 0; strangers < 30; strangers += 1) {
      expect((await new HttpBrowser(actors.url).get("/signin")).status).toBe(302);
    }
    expect((await ada.get("/profile")).status).toBe(200);
    await actors.close();
  });
});
