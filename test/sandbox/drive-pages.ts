import { findButton, type HtmlPage, readPage } from "./html-page.js";

/** The cookies of one browser for the sandbox's host, by name. */
export type CookieJar = Map<string, string>;

/** A person's choices on the pages of the sandbox. */
export interface SignInChoices {
  /** Where the client sends the browser. */
  readonly authorizeUrl: string;
  /** The given name to pick from the list, such as `Ada`. */
  readonly person?: string;
  /** The cookies of the browser, which are changed; a new browser unless given. */
  readonly cookies?: CookieJar;
  /** What to do on the second factor's page. `deny-once` taps a wrong number first. */
  readonly secondFactor?: "approve" | "deny-once" | "cancel";
  /** The heading of the page on which to press Cancel. */
  readonly cancelAt?: string;
  /** For a sandbox behind TLS. */
  readonly fetch?: typeof fetch;
}

/** The result of a walk through the pages. */
export interface SignInWalk {
  /** The address at the client that the browser is sent to, with `code` or `error`. */
  readonly location: string;
  readonly cookies: CookieJar;
  /** The headings of the pages on the way. */
  readonly pagesSeen: readonly string[];
}

const MAX_STEPS = 20;

/**
 * Walks the pages of the sandbox as a person with a browser would, by fetch, until it sends the
 * browser to another origin.
 */
export async function walkSignIn(choices: SignInChoices): Promise<SignInWalk> {
  const cookies = choices.cookies ?? new Map<string, string>();
  const pagesSeen: string[] = [];
  let visit: Visit = { url: choices.authorizeUrl };
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const response = await browse(visit, cookies, choices.fetch);
    const location = response.headers.get("location");
    if (location !== null) {
      const target = new URL(location, visit.url).href;
      if (!isSameOrigin(target, visit.url)) return { location: target, cookies, pagesSeen };
      visit = { url: target };
    } else {
      const page = readPage(await response.text());
      const denied = pagesSeen.at(-1) === page.heading;
      pagesSeen.push(page.heading);
      const { url, form } = submitPage(page, choices, denied);
      visit = { url: new URL(url, visit.url).href, form };
    }
  }
  throw new Error(`The pages do not end: ${pagesSeen.join(", ")}`);
}

/** A request of the browser: a form's POST when there is one. */
export interface Visit {
  readonly url: string;
  readonly form?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one request with a browser's cookies, and keeps those that come back. */
export async function browse(
  { url, form, headers }: Visit,
  cookies: CookieJar,
  send = fetch,
): Promise<Response> {
  const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
  const response = await send(url, {
    redirect: "manual",
    headers: { cookie, accept: "text/html", ...headers },
    ...(form !== undefined && { method: "POST", body: form }),
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, value);
  }
  return response;
}

/** Fills in a form of a page and presses the button whose text starts so. */
export function press(
  page: HtmlPage,
  button: string,
  entries: Readonly<Record<string, string>> = {},
): Required<Pick<Visit, "url" | "form">> {
  const found = findButton(page, button);
  const form = new URLSearchParams([...found.form.fields, ...Object.entries(entries)]);
  for (const [name, value] of Object.entries(entries)) form.set(name, value);
  if (found.button.name !== undefined) form.set(found.button.name, found.button.value);
  return { url: found.form.action, form };
}

function submitPage(
  page: HtmlPage,
  choices: SignInChoices,
  denied: boolean,
): Required<Pick<Visit, "url" | "form">> {
  if (page.heading === choices.cancelAt) return press(page, "Cancel");
  switch (page.heading) {
    case "Pick an account":
      return press(page, choices.person ?? "Ada");
    case "Enter password":
      return press(page, "Sign in");
    case "Set up your second factor":
      return press(page, "Pair this phone");
    case "Approve the sign-in":
      return approve(page, choices.secondFactor ?? "approve", denied);
    case "Permissions requested":
      return press(page, "Accept");
    case "Access denied":
      return press(page, "Back to the app");
    default:
      throw new Error(`Nothing to press on the page "${page.heading}": ${page.text}`);
  }
}

function approve(
  page: HtmlPage,
  choice: NonNullable<SignInChoices["secondFactor"]>,
  denied: boolean,
): Required<Pick<Visit, "url" | "form">> {
  if (choice === "cancel") return press(page, "Cancel");
  if (choice === "deny-once" && !denied) return press(page, "No, it’s not me");
  return press(page, /Pick this number on your phone: (\d\d)/.exec(page.text)?.[1] ?? "");
}

function isSameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}
