import { HttpBrowser } from "../../test/support/http-browser.js";

/** How many sessions take part in the load. */
const SESSIONS = 50;

/** Begins sessions; returns the `Cookie` header of each. */
export async function beginSessions(
  origin: string,
  begin: (browser: HttpBrowser) => Promise<void>,
): Promise<readonly string[]> {
  const cookies: string[] = [];
  for (let session = 0; session < SESSIONS; session += 1) {
    const browser = new HttpBrowser(origin);
    await begin(browser);
    cookies.push([...browser.cookies].map((pair) => pair.join("=")).join("; "));
  }
  return cookies;
}

/** Signs in at `/signin`, at an authority that has no pages: it redirects back at once. */
export async function signIn(browser: HttpBrowser): Promise<void> {
  const { location = "" } = await browser.get("/signin");
  const atAuthority = await fetch(location, { redirect: "manual" });
  const { status } = await browser.get(atAuthority.headers.get("location") ?? "");
  if (status !== 302 && status !== 303) throw new Error(`The sign-in was answered with ${status}`);
}
