import { describe, expect, it } from "vitest";
import { coolDown, readCoolDown } from "../../../src/auth/tokens/cool-down.js";
import type { Refusal } from "../../../src/challenge/refusal.js";
import { createMemoryStore } from "../../../src/store/memory-store.js";

const LOOP: Refusal = {
  handling: "unrecoverable",
  reason: "loop",
  coolDownSeconds: 300,
  support: { aadsts: 50196 },
};
const BUSY: Refusal = { handling: "transient", retryAfterSeconds: 300, support: {} };

describe("a pause of token requests", () => {
  it.each([LOOP, BUSY])("lasts as long as the authority demands: %j", async (refusal) => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    await coolDown(store, "mine", refusal);
    expect(await readCoolDown(store, "another")).toBeUndefined();
    clock.now = 200_000;
    await coolDown(store, "mine", { ...LOOP, coolDownSeconds: 600 });
    clock.now = 299_999;
    expect(await readCoolDown(store, "mine")).toEqual(refusal);
    clock.now = 300_000;
    expect(await readCoolDown(store, "mine")).toBeUndefined();
  });

  it.each<Refusal>([
    { handling: "interactive", support: {} },
    { handling: "transient", support: {} },
    { handling: "transient", retryAfterSeconds: 0, support: {} },
    { handling: "unrecoverable", reason: "device", support: {} },
  ])("does not begin when none is demanded: %j", async (refusal) => {
    const store = createMemoryStore({ now: () => 0 });
    await coolDown(store, "mine", refusal);
    expect(await readCoolDown(store, "mine")).toBeUndefined();
    await coolDown(store, "mine", LOOP);
    expect(await readCoolDown(store, "mine")).toEqual(LOOP);
  });
});
