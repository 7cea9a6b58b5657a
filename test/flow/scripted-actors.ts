import { afterEach } from "vitest";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { PAYSLIPS, PROFILE } from "../support/api-responses.js";
import { behave, startAuthority, type TestAuthority } from "../support/authority.js";
import { type Clock, createClock } from "../support/clock.js";
import { type ScriptedApi, startScriptedApi } from "../support/scripted-api.js";
import { setUpForAll, setUpForEach } from "../support/set-up.js";
import { type RunningWebApp, startWebApp } from "../support/web-app.js";

/** The scopes that the web app asks the authority for when it calls the Payroll API. */
export const PAYROLL_SCOPES = ["api://payroll/Payroll.Read", "api://payroll/Payroll.Write"];

/** The web app between an authority and APIs that respond as a test dictates. */
export interface ScriptedActors extends RunningWebApp {
  readonly authority: TestAuthority;
  readonly graph: ScriptedApi;
  readonly payroll: ScriptedApi;
  /** The clock of the web app and the authority. */
  readonly clock: Clock;
}

/** Starts them for the tests of a file or `describe`; each test begins with the script empty. */
export function useScriptedActors(): ScriptedActors {
  const actors = setUpForAll(() => startScriptedActors());
  afterEach(() => {
    emptyScript(actors);
  });
  return actors;
}

/** Starts them afresh for each test, with the store that `createStore` creates when it is given. */
export function useFreshScriptedActors(createStore?: () => KeyValueStore): ScriptedActors {
  return setUpForEach(() => startScriptedActors(createStore?.()));
}

/** Starts them; the caller closes them. */
export async function startScriptedActors(
  store?: KeyValueStore,
  settings: Readonly<Record<string, string>> = {},
): Promise<ScriptedActors> {
  const clock = createClock();
  const authority = await startAuthority({ now: clock.now });
  const graph = await startScriptedApi(sendProfile);
  const payroll = await startScriptedApi(sendPayslips);
  const web = await startWebApp({
    ...{ store, settings, now: clock.now },
    surroundings: {
      authority,
      graphUrl: graph.url,
      payrollUrl: payroll.url,
      payrollScopes: PAYROLL_SCOPES,
    },
  });
  return {
    ...web,
    ...{ authority, graph, payroll, clock },
    close: async () => {
      await web.close();
      await Promise.all([authority.close(), graph.close(), payroll.close()]);
    },
  };
}

function sendProfile() {
  return { status: 200, body: PROFILE };
}

function sendPayslips() {
  return { status: 200, body: PAYSLIPS };
}

/** Forgets all that was received and logged so far. */
export function forgetReceived(actors: ScriptedActors): void {
  const { authority, graph, payroll, logLines, waits } = actors;
  for (const { seen } of [authority, graph, payroll]) seen.length = 0;
  logLines.length = 0;
  waits.length = 0;
}

/** Sets the clock and everything dictated back to what it is at the start. */
function emptyScript(actors: ScriptedActors): void {
  const { authority, graph, payroll, clock } = actors;
  clock.aheadMs = 0;
  authority.nextTokenAnswers.length = 0;
  authority.nextAuthorizeAnswer = undefined;
  behave(authority);
  for (const { nextAnswers } of [graph, payroll]) nextAnswers.length = 0;
  graph.answer = sendProfile;
  payroll.answer = sendPayslips;
  forgetReceived(actors);
}
