import type { KeyValueStore } from "../store/key-value-store.js";
import { updateEntry } from "../store/update-entry.js";
import type { Action, TraceEntry } from "./trace-entry.js";

/** How long an action is kept, in milliseconds. */
const TRACE_TTL_MS = 30 * 60 * 1000;

/** The actions of one session; beyond them the oldest one goes. */
const MAX_ACTIONS = 20;

/** The entries of one action: the first few, which say what it was, and the last. */
const MAX_ENTRIES = 24;
const FIRST_ENTRIES = 4;

/** Returns the actions of a session, the oldest first, also those from before its sign-in. */
export async function readActions(
  store: KeyValueStore,
  binding: string,
  now: number,
): Promise<readonly Action[]> {
  const asVisitor = parse(await store.get(keyOf({ binding, isVisitor: true })), now);
  const signedIn = parse(await store.get(keyOf({ binding, isVisitor: false })), now);
  // A sign-in begins as a visitor's action, and is kept whole when it has succeeded.
  const ids = new Set(signedIn.map(({ id }) => id));
  return [...asVisitor.filter(({ id }) => !ids.has(id)), ...signedIn].slice(-MAX_ACTIONS);
}

/** What one request adds to an action. */
export interface ActionChange {
  readonly binding: string;
  /** Nobody is signed in: a bounded store must not drop the actions of people for these. */
  readonly isVisitor: boolean;
  /** The action without the entries of this request. */
  readonly action: Action;
  readonly added: readonly TraceEntry[];
}

/** Keeps what a request added to its action. Another tab may write at the same time. */
export async function keepAction(
  store: KeyValueStore,
  { binding, isVisitor, action, added }: ActionChange,
  now: number,
): Promise<void> {
  await updateEntry(store, {
    key: keyOf({ binding, isVisitor }),
    ttlMs: TRACE_TTL_MS,
    change: (text) => {
      const kept = parse(text, now);
      const { entries } = kept.find(({ id }) => id === action.id) ?? action;
      const others = kept.filter(({ id }) => id !== action.id);
      const changed = { ...action, entries: boundEntries([...entries, ...added]) };
      const actions = [...others, changed].slice(-MAX_ACTIONS);
      return { value: JSON.stringify(actions), result: undefined };
    },
  });
}

/** Deletes the actions of a session. */
export async function deleteActions(store: KeyValueStore, binding: string): Promise<void> {
  for (const isVisitor of [true, false]) await store.delete(keyOf({ binding, isVisitor }));
}

function boundEntries(entries: readonly TraceEntry[]): readonly TraceEntry[] {
  if (entries.length <= MAX_ENTRIES) return entries;
  return [...entries.slice(0, FIRST_ENTRIES), ...entries.slice(FIRST_ENTRIES - MAX_ENTRIES)];
}

function parse(text: string | undefined, now: number): readonly Action[] {
  const actions = text === undefined ? [] : (JSON.parse(text) as readonly Action[]);
  return actions.filter(({ endedAt }) => endedAt > now - TRACE_TTL_MS);
}

function keyOf({ binding, isVisitor }: Pick<ActionChange, "binding" | "isVisitor">): string {
  return `${isVisitor ? "visitor-trace" : "trace"}:${binding}`;
}
