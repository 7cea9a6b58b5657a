import { browse, walkSignIn } from "../sandbox/drive-pages.js";
import type { CookieJar, SignInChoices, SignInWalk } from "../sandbox/drive-pages.js";

/** The response to a visit of the web app. */
export interface Visited {
  readonly status: number;
  /** Where it redirects to, absolute. */
  readonly location: string | undefined;
  readonly headers: Headers;
  readonly body: string;
}

/** A response to a JSON client. */
export interface JsonResponse {
  readonly status: number;
  readonly body: unknown;
  readonly type: string | null;
}

/**
 * A browser of one person that speaks HTTP only: quick, and tests decide when each step happens.
 * The web app's cookies and the sandbox's are in jars of their own, as on two sites.
 */
export class HttpBrowser {
  readonly cookies: CookieJar;
  readonly sandboxCookies: CookieJar;
  /** Sends the requests of pages; one that trusts a certificate, for an app behind TLS. */
  fetch = globalThis.fetch;
  readonly #url: string;

  constructor(url: string, cookies: CookieJar = new Map(), sandboxCookies: CookieJar = new Map()) {
    this.#url = url;
    this.cookies = cookies;
    this.sandboxCookies = sandboxCookies;
  }

  /** Opens an address of the web app and follows no redirect. */
  async get(path: string, headers?: Readonly<Record<string, string>>): Promise<Visited> {
    return this.#visit(path, undefined, headers);
  }

  /** Sends a form to the web app and follows no redirect. */
  async post(path: string, form: Readonly<Record<string, string>> = {}): Promise<Visited> {
    return this.#visit(path, new URLSearchParams(form));
  }

  /** Sends a request as a JSON client with this browser's session. */
  async getJson(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
    const cookie = [...this.cookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(new URL(path, this.#url), {
      redirect: "manual",
      headers: { cookie, accept: "application/json" },
    });
    return { status: response.status, body: await response.json() };
  }

  /** Sends a JSON body as a JSON client with this browser's session. */
  async postJson(path: string, body: unknown): Promise<JsonResponse> {
    const cookie = [...this.cookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(new URL(path, this.#url), {
      method: "POST",
      redirect: "manual",
      headers: { cookie, accept: "application/json", "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const type = response.headers.get("content-type");
    return { status: response.status, body: await response.json(), type };
  }

  /** Walks the sandbox's pages and returns the address at the web app that they end at. */
  async atSandbox(
    authorizeUrl: string,
    choices: Omit<SignInChoices, "authorizeUrl" | "cookies"> = {},
  ): Promise<string> {
    return (await this.walk(authorizeUrl, choices)).location;
  }

  /** Walks the sandbox's pages and returns their headings, too. */
  async walk(
    authorizeUrl: string,
    choices: Omit<SignInChoices, "authorizeUrl" | "cookies"> = {},
  ): Promise<SignInWalk> {
    return walkSignIn({ ...choices, authorizeUrl, cookies: this.sandboxCookies });
  }

  /**
   * Opens an address and follows every redirect, through the sandbox's pages and back, as a person
   * who confirms everything.
   */
  async open(
    path: string,
    choices: Omit<SignInChoices, "authorizeUrl" | "cookies"> = {},
  ): Promise<Visited> {
    return this.follow(await this.get(path), choices);
  }

  /** Follows what a visit leads to, like {@link HttpBrowser.open}. */
  async follow(
    visited: Visited,
    choices: Omit<SignInChoices, "authorizeUrl" | "cookies"> = {},
  ): Promise<Visited> {
    let current = visited;
    for (let steps = 0; current.location !== undefined; steps += 1) {
      if (steps > 10) throw new Error("The redirects do not end");
      const isOurs = new URL(current.location).origin === new URL(this.#url).origin;
      const next = isOurs ? current.location : await this.atSandbox(current.location, choices);
      current = await this.get(next);
    }
    return current;
  }

  async #visit(
    path: string,
    form?: URLSearchParams,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Visited> {
    const url = new URL(path, this.#url).href;
    const visit = { url, ...(form !== undefined && { form }), ...(headers && { headers }) };
    const response = await browse(visit, this.cookies, this.fetch);
    const location = response.headers.get("location");
    return {
      status: response.status,
      location: location === null ? undefined : new URL(location, url).href,
      headers: response.headers,
      body: await response.text(),
    };
  }
}
