import { CHALLENGE } from "../support/api-responses.js";
import { tokenError } from "../support/authority-grants.js";
import { makePerson } from "../support/authority-tokens.js";
import { createPause, type Pause } from "../support/gate.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import type { ScriptedAnswer } from "../support/scripted-api.js";
import { forgetReceived, type ScriptedActors } from "./scripted-actors.js";

/** The authority's response to a silent request whose claims need the person. */
export const NEEDS_PERSON = tokenError(50076, "interaction_required", { suberror: "basic_action" });

/** Signs somebody new in, forgets what that took, and returns their browser. */
export async function signInSomebody(actors: ScriptedActors): Promise<HttpBrowser> {
  actors.authority.person = makePerson("Ada");
  const browser = new HttpBrowser(actors.url);
  await takeToAuthority(browser, await browser.get("/signin"));
  forgetReceived(actors);
  return browser;
}

/** Signs somebody new in, in a session of the authority with this `sid`. */
export function signInWithSid(actors: ScriptedActors, sid: string): Promise<HttpBrowser> {
  actors.authority.misissue.idToken = { sid };
  return signInSomebody(actors);
}

/** Asks for a front-channel logout as the authority's frame does: without a cookie. */
export function logOutFromFrame(
  { url }: ScriptedActors,
  parameters: Readonly<Record<string, string>> | string,
): Promise<Response> {
  const query = new URLSearchParams(parameters).toString();
  return fetch(`${url}/frontchannel-logout?${query}`, { redirect: "manual" });
}

/** Signs somebody new in who has a token for the Payroll API already. */
export async function signInWithToken(actors: ScriptedActors): Promise<HttpBrowser> {
  const browser = await signInSomebody(actors);
  await browser.getJson("/payslips");
  forgetReceived(actors);
  return browser;
}

/** Returns whether the browser's session still has somebody signed in. */
export async function isSignedIn(browser: HttpBrowser): Promise<boolean> {
  return (await browser.getJson("/profile")).status === 200;
}

/** Makes the next call of the Payroll API end in an interactive step-up. */
export function demandStepUp({
  payroll,
  authority,
}: Pick<ScriptedActors, "authority" | "payroll">): void {
  payroll.nextAnswers.push(CHALLENGE);
  authority.nextTokenAnswers.push(NEEDS_PERSON);
}

/** Goes to where a visit redirects to, and returns the address that the authority leads back to. */
export async function leaveForAuthority(browser: HttpBrowser, visited: Visited): Promise<string> {
  return browser.atSandbox(visited.location ?? "");
}

/** Goes to the authority and back, and returns the web app's response to that. */
export async function takeToAuthority(browser: HttpBrowser, visited: Visited): Promise<Visited> {
  return browser.get(await leaveForAuthority(browser, visited));
}

/** Begins a step-up, stays at the authority, and returns the address that leads back. */
export async function leaveForStepUp(
  actors: ScriptedActors,
  browser: HttpBrowser,
  path = "/payslips",
): Promise<string> {
  await browser.getJson("/payslips");
  demandStepUp(actors);
  const back = await leaveForAuthority(browser, await browser.get(path));
  forgetReceived(actors);
  return back;
}

/** Holds up the Payroll API's calls, which respond with this when they go on. */
export function pausePayroll({ payroll }: ScriptedActors, response: ScriptedAnswer): Pause {
  const { pause, hold } = createPause();
  payroll.answer = async () => {
    await hold();
    return response;
  };
  return pause;
}
