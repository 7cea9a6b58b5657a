import { expect } from "vitest";
import { HttpBrowser } from "../support/http-browser.js";
import type { ScriptedActors } from "./scripted-actors.js";
import { leaveForAuthority } from "./visits.js";

/** How ids are written, those of requests and those of the authority. */
export const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A line of the log. */
export type Line = Readonly<Record<string, unknown>> & { readonly level: number };

/** What a test reads in the log of the web app since it was emptied. */
export interface LogReader {
  readonly lines: () => readonly Line[];
  /** Returns the events in order, and checks what all of them have. */
  readonly events: () => readonly Line[];
  /** Returns the names of the events. */
  readonly names: () => readonly unknown[];
  /** Expects exactly one event, with these fields. */
  readonly expectOnly: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** Creates the reader of these actors' log. */
export function createLogReader(actors: ScriptedActors): LogReader {
  function lines(): readonly Line[] {
    return actors.logLines.map((line) => JSON.parse(line) as Line);
  }

  function events(): readonly Line[] {
    const found = lines().filter(({ event }) => event !== undefined);
    for (const { requestId, level } of found) {
      expect(requestId).toMatch(GUID);
      expect(level).toBeLessThan(50);
    }
    return found;
  }

  function names(): readonly unknown[] {
    return events().map(({ event }) => event);
  }

  return {
    ...{ lines, events, names },
    expectOnly: (event, fields) => {
      expect(names()).toEqual([event]);
      expect(events()[0]).toMatchObject(fields);
    },
  };
}

/** Begins a sign-in, empties the log, and returns the browser with the address that leads back. */
export async function beginSignIn(
  actors: ScriptedActors,
): Promise<{ readonly browser: HttpBrowser; readonly back: string }> {
  const browser = new HttpBrowser(actors.url);
  const back = await leaveForAuthority(browser, await browser.get("/signin"));
  actors.logLines.length = 0;
  return { browser, back };
}
