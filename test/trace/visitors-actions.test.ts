import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { deleteActions, keepAction, readActions } from "../../src/trace/kept-actions.js";
import type { Action, Message } from "../../src/trace/trace-entry.js";

const NOW = 1_700_000_000_000;
const MESSAGE: Message = {
  ...{ kind: "api-call", number: 1, at: NOW },
  ...{ headers: [], parameters: [], tokens: [] },
};

function actionOf(id: string): Action {
  const times = { startedAt: NOW, endedAt: NOW };
  return { id, title: "Signed in", path: "/signin", entries: [], ...times };
}

function changeOf(binding: string, id: string, isVisitor: boolean) {
  return { binding, isVisitor, action: actionOf(id), added: [MESSAGE] };
}

describe("the actions of visitors", () => {
  it("push out none of people who are signed in, however many there are", async () => {
    const full: string[] = [];
    const store = createMemoryStore({ maxBytes: 100_000, onFull: (kind) => full.push(kind) });
    await keepAction(store, changeOf("ada", "a", false), NOW);
    for (let count = 0; count < 1_000; count += 1) {
      await keepAction(store, changeOf(`stranger-${count}`, "s", true), NOW);
    }
    expect(new Set(full)).toEqual(new Set(["visitor-trace"]));
    expect(await readActions(store, "ada", NOW)).toHaveLength(1);
  });

  it("stay before those after the sign-in, which is there once and whole", async () => {
    const store = createMemoryStore();
    await keepAction(store, changeOf("b", "home", true), NOW);
    await keepAction(store, changeOf("b", "sign-in", true), NOW);
    const [, begun] = await readActions(store, "b", NOW);
    const signIn = { ...actionOf("sign-in"), entries: begun?.entries ?? [] };
    await keepAction(store, { ...changeOf("b", "sign-in", false), action: signIn }, NOW);
    await keepAction(store, changeOf("b", "payslips", false), NOW);
    const actions = await readActions(store, "b", NOW);
    expect(actions.map(({ id }) => id)).toEqual(["home", "sign-in", "payslips"]);
    expect(actions[1]?.entries).toHaveLength(2);
  });

  it("go with those after the sign-in when they are deleted", async () => {
    const store = createMemoryStore();
    for (const isVisitor of [true, false]) {
      await keepAction(store, changeOf("b", `${isVisitor}`, isVisitor), NOW);
    }
    await deleteActions(store, "b");
    expect(await readActions(store, "b", NOW)).toEqual([]);
  });

  it("are twenty at most with those after the sign-in, the latest", async () => {
    const store = createMemoryStore();
    for (let count = 0; count < 24; count += 1) {
      await keepAction(store, changeOf("b", `a${count}`, count < 12), NOW);
    }
    const ids = (await readActions(store, "b", NOW)).map(({ id }) => id);
    expect(ids).toHaveLength(20);
    expect([ids[0], ids.at(-1)]).toEqual(["a4", "a23"]);
  });
});
