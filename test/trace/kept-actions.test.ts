import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { deleteActions, keepAction, readActions } from "../../src/trace/kept-actions.js";
import type { Action, Message } from "../../src/trace/trace-entry.js";

const NOW = 1_700_000_000_000;
const MINUTE_MS = 60_000;

function actionOf(id: string, endedAt = NOW): Action {
  return {
    id,
    title: "Opened payslips",
    path: "/payslips",
    startedAt: endedAt,
    endedAt,
    entries: [],
  };
}

function messages(from: number, count: number): Message[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: "api-call",
    number: from + index,
    at: NOW,
    headers: [],
    parameters: [],
    tokens: [],
  }));
}

describe("the actions that are kept", () => {
  it("are twenty, the latest", async () => {
    const store = createMemoryStore();
    for (let index = 0; index < 25; index += 1) {
      await keepAction(
        store,
        { binding: "b", isVisitor: false, action: actionOf(`a${index}`), added: messages(1, 1) },
        NOW,
      );
    }
    const kept = await readActions(store, "b", NOW);
    expect(kept).toHaveLength(20);
    expect([kept[0]?.id, kept.at(-1)?.id]).toEqual(["a5", "a24"]);
  });

  it("lose none when tabs write at the same time, and neither does one action", async () => {
    const store = createMemoryStore();
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        keepAction(
          store,
          {
            binding: "b",
            isVisitor: false,
            action: actionOf(`a${index % 5}`),
            added: messages(index, 1),
          },
          NOW,
        ),
      ),
    );
    const kept = await readActions(store, "b", NOW);
    expect(kept).toHaveLength(5);
    expect(kept.flatMap(({ entries }) => entries)).toHaveLength(10);
  });

  it("have twenty-four entries at most: how each began, and how it ended", async () => {
    const store = createMemoryStore();
    const action = actionOf("a");
    await keepAction(
      store,
      { binding: "b", isVisitor: false, action, added: messages(1, 20) },
      NOW,
    );
    await keepAction(
      store,
      { binding: "b", isVisitor: false, action, added: messages(21, 20) },
      NOW,
    );
    const [kept] = await readActions(store, "b", NOW);
    const numbers = kept?.entries.map((entry) => (entry as Message).number);
    expect(numbers).toHaveLength(24);
    expect(numbers?.slice(0, 5)).toEqual([1, 2, 3, 4, 21]);
    expect(numbers?.at(-1)).toBe(40);
  });

  it("are those of the last thirty minutes", async () => {
    const store = createMemoryStore();
    const old = actionOf("old", NOW - 31 * MINUTE_MS);
    await keepAction(
      store,
      { binding: "b", isVisitor: false, action: old, added: messages(1, 1) },
      NOW,
    );
    await keepAction(
      store,
      { binding: "b", isVisitor: false, action: actionOf("new"), added: messages(1, 1) },
      NOW,
    );
    expect((await readActions(store, "b", NOW)).map(({ id }) => id)).toEqual(["new"]);
  });

  it("belong to one session, and go when they are deleted", async () => {
    const store = createMemoryStore();
    await keepAction(
      store,
      { binding: "b", isVisitor: false, action: actionOf("a"), added: messages(1, 1) },
      NOW,
    );
    expect(await readActions(store, "c", NOW)).toEqual([]);
    await deleteActions(store, "b");
    expect(await readActions(store, "b", NOW)).toEqual([]);
  });
});
