import { randomBytes, randomUUID } from "node:crypto";
import type { Request, Response } from "express";
import type { LRUCache } from "lru-cache";
import type { SignInFacts } from "../directory/evaluate-access.js";

/** An account that is signed in, in one browser. */
export interface SignedInAccount {
  readonly personKey: string;
  readonly sid: string;
  facts: SignInFacts;
}

/** The single-sign-on session of a browser. */
export interface BrowserSession {
  /** The value of the cookie. */
  readonly id: string;
  /** By the person's key. */
  readonly accounts: Map<string, SignedInAccount>;
}

const COOKIE = "sandbox-browser";

/** Returns the session of the browser that sends a request, if it has one. */
export function findBrowser(
  request: Request,
  browsers: LRUCache<string, BrowserSession>,
): BrowserSession | undefined {
  const cookies = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  const cookie = cookies.find((pair) => pair.startsWith(`${COOKIE}=`)) ?? "";
  return browsers.get(cookie.slice(COOKIE.length + 1));
}

/** Returns the session of the browser that sends a request; a new one when it has none. */
export function ensureBrowser(
  request: Request,
  response: Response,
  browsers: LRUCache<string, BrowserSession>,
): BrowserSession {
  const known = findBrowser(request, browsers);
  if (known !== undefined) return known;
  const browser = { id: randomBytes(32).toString("base64url"), accounts: new Map() };
  browsers.set(browser.id, browser);
  // Without Secure: the sandbox uses plain HTTP on loopback.
  response.cookie(COOKIE, browser.id, { httpOnly: true, sameSite: "lax", path: "/" });
  return browser;
}

/** Records that a person entered the right password, in milliseconds since the epoch. */
export function recordPassword(browser: BrowserSession, personKey: string, at: number): void {
  const account = browser.accounts.get(personKey);
  if (account !== undefined) account.facts = { ...account.facts, passwordAt: at };
  else browser.accounts.set(personKey, { personKey, sid: randomUUID(), facts: { passwordAt: at } });
}

/** Records that a signed-in person approved with the second factor. */
export function recordSecondFactor(browser: BrowserSession, personKey: string, at: number): void {
  const account = browser.accounts.get(personKey);
  if (account !== undefined) account.facts = { ...account.facts, secondFactorAt: at };
}
