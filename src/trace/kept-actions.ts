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

/** Returns the actions of a session, the oldest first. */
export async function readActions(
  store: KeyValueStore,
  binding: string,
  now: number,
): Promise<readonly Action[]> {
  return parse(await store.get(keyOf(binding)), now);
}

/** What one request adds to an action. */
export interface ActionChange {
  readonly binding: string;
  /** The action without the entries of this request. */
  readonly action: Action;
  readonly added: readonly TraceEntry[];
}

/** Keeps what a request added to its action. Another tab may write at the same time. */
export async function keepAction(
  store: KeyValueStore,
  { binding, action, added }: ActionChange,
  now: number,
): Promise<void> {
  await updateEntry(store, {
    key: keyOf(binding),
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
  await store.delete(keyOf(binding));
}

function boundEntries(entries: readonly TraceEntry[]): readonly TraceEntry[] {
  if (entries.length <= MAX_ENTRIES) return entries;
  return [...entries.slice(0, FIRST_ENTRIES), ...entries.slice(FIRST_ENTRIES - MAX_ENTRIES)];
}

function parse(text: string | undefined, now: number): readonly Action[] {
  const actions = text === undefined ? [] : (JSON.parse(text) as readonly Action[]);
  return actions.filter(({ endedAt }) => endedAt > now - TRACE_TTL_MS);
}

function keyOf(binding: string): string {
  return `trace:${binding}`;
}
