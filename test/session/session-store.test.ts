import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SessionStore } from "../../src/session/session-store.js";
import { createMemoryStore } from "../../src/store/memory-store.js";

describe("SessionStore", () => {
  it("takes what cannot be read for no session", async () => {
    const store = createMemoryStore();
    const name = createHash("sha256").update("a").digest("base64url");
    await store.set(`session:${name}`, "not json", 1_000);
    const sessions = new SessionStore(store, () => 0, {});
    const found = await new Promise((resolve, reject) => {
      sessions.get("a", (error, session) => {
        if (error === null) resolve(session);
        else reject(new Error("It failed", { cause: error }));
      });
    });
    expect(found).toBeNull();
  });
});
