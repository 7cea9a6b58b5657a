import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDeadline } from "../../src/store/deadline.js";
import { createGate } from "../support/gate.js";

const TOO_LATE = { code: "ETIMEDOUT" };

describe("createDeadline", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function start() {
    return createDeadline({ deadlineMs: 500, pauseMs: 1_200 });
  }

  it("returns the result, or throws the error, of an operation that is in time", async () => {
    const run = start();
    expect(await run(() => Promise.resolve("result"))).toBe("result");
    await expect(run(() => Promise.reject(new Error("own")))).rejects.toThrow("own");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rejects at the deadline, and at once until the operation is settled", async () => {
    const run = start();
    const gate = createGate();
    const late = expect(run(() => gate.opened)).rejects.toMatchObject(TOO_LATE);
    await vi.advanceTimersByTimeAsync(500);
    await late;
    const work = vi.fn(() => Promise.resolve("result"));
    await expect(run(work)).rejects.toMatchObject(TOO_LATE);
    expect(work).not.toHaveBeenCalled();
    gate.open();
    await vi.advanceTimersByTimeAsync(0);
    expect(await run(work)).toBe("result");
  });

  it("runs operations again after the pause, when the late one is never settled", async () => {
    const run = start();
    const late = expect(run(() => createGate().opened)).rejects.toMatchObject(TOO_LATE);
    await vi.advanceTimersByTimeAsync(500);
    await late;
    await vi.advanceTimersByTimeAsync(1_200);
    expect(await run(() => Promise.resolve("result"))).toBe("result");
  });

  it("accepts a result that arrived while this process was busy", async () => {
    vi.useRealTimers();
    const run = createDeadline({ deadlineMs: 20, pauseMs: 1_200 });
    const result = run(
      () =>
        new Promise((resolve) => {
          setImmediate(() => {
            const busyUntil = performance.now() + 40;
            while (performance.now() < busyUntil);
            setImmediate(resolve, "result");
          });
        }),
    );
    expect(await result).toBe("result");
  });
});
