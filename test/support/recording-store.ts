import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { createMemoryStore } from "../../src/store/memory-store.js";

/** Creates a memory store that records its operations, as `get session`. */
export function createRecordingStore(operations: string[]): KeyValueStore {
  const store = createMemoryStore();
  return new Proxy(store, {
    get: (target, name: keyof KeyValueStore) => {
      const operation = target[name].bind(target) as (...parts: unknown[]) => unknown;
      return (...parts: unknown[]) => {
        const [first] = parts;
        if (first === undefined) return operation();
        const key = typeof first === "string" ? first : (first as { key: string }).key;
        operations.push(`${name} ${key.split(":", 1).join()}`);
        return operation(...parts);
      };
    },
  });
}
