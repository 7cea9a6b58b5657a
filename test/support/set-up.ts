import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";

interface Closable {
  readonly close?: () => Promise<void>;
}

/**
 * Starts something before all tests of a file, or of a `describe`, and closes it after them.
 *
 * Registers the hooks itself and returns a stand-in that may be used inside tests and hooks.
 */
export function setUpForAll<Started extends object>(
  start: () => Started | Promise<Started>,
): Started {
  const { standIn, fill, empty } = createStandIn<Started>();
  beforeAll(async () => {
    fill(await start());
  });
  afterAll(empty);
  return standIn;
}

/** Starts something afresh before each test and closes it after that, like {@link setUpForAll}. */
export function setUpForEach<Started extends object>(
  start: () => Started | Promise<Started>,
): Started {
  const { standIn, fill, empty } = createStandIn<Started>();
  beforeEach(async () => {
    fill(await start());
  });
  afterEach(empty);
  return standIn;
}

interface StandIn<Started> {
  readonly standIn: Started;
  readonly fill: (started: Started) => void;
  readonly empty: () => Promise<void>;
}

/** Creates an object whose members are those of another one that is there only later. */
function createStandIn<Started extends object>(): StandIn<Started> {
  let current: Started | undefined;
  function started(): Started {
    if (current === undefined) throw new Error("It is there in tests and hooks only");
    return current;
  }
  return {
    standIn: new Proxy({} as Started, {
      get: (_target, name) => {
        const value: unknown = Reflect.get(started(), name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => Reflect.apply(value, started(), args) as unknown;
      },
      set: (_target, name, value) => Reflect.set(started(), name, value),
    }),
    fill: (value) => {
      current = value;
    },
    empty: async () => {
      await (current as Closable | undefined)?.close?.();
      current = undefined;
    },
  };
}
