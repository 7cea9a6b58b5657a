import { expect } from "vitest";
import type { KeyValueStore } from "../../src/store/key-value-store.js";

/** The error of an operation of a store that is unavailable. */
export const UNAVAILABLE = { code: "ERR_STORE_UNAVAILABLE", status: 503 };

/** Returns the error of an operation, and after how many milliseconds it came. */
export async function failureOf(work: Promise<unknown>) {
  const startedAt = performance.now();
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, ms: performance.now() - startedAt };
}

/** Waits until the store can be used, for two seconds. */
export async function expectBack(store: KeyValueStore): Promise<void> {
  await expect
    .poll(() => store.set("draft:back", "1", 60_000).then(() => "works", String), {
      timeout: 2_000,
      interval: 20,
    })
    .toBe("works");
}
