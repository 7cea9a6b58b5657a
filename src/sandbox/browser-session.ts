import { randomBytes, randomUUID } from "node:crypto";
import type { Request, Response } from "express";
import type { LRUCache } from "lru-cache";
import type { SignInFacts } from "./evaluate-access.js";

/** An account that is signed in, in one browser. */
export interface SignedInAccount {
  readonly personKey: string;
  readonly sid: string;
  facts: SignInFacts;
}

/** The single-sign-on session: a browser, and who is signed in there. */
export interface BrowserSession {
  /** What the cookie holds. */
  readonly id: string;
  /** By the person's key. */
  readonly accounts: Map<string, SignedInAccount>;
}

const COOKIE = "sandbox-browser";

/** Gives the session of the browser that sends this request, if it has one. */
export function findBrowser(
  request: Request,
  browsers: LRUCache<string, BrowserSession>,
): BrowserSession | undefined {
  const id = readCookie(request.headers.cookie ?? "");
  return id === undefined ? undefined : browsers.get(id);
}

/** Gives the session of the browser that sends this request; a new one when it has none. */
export function ensureBrowser(
  request: Request,
  response: Response,
  browsers: LRUCache<string, BrowserSession>,
): BrowserSession {
  const known = findBrowser(request, browsers);
  if (known !== undefined) return known;
  const browser = { id: randomBytes(32).toString("base64url"), accounts: new Map() };
  browsers.set(browser.id, browser);
  // Without Secure: the sandbox speaks plain HTTP on loopback.
  response.cookie(COOKIE, browser.id, { httpOnly: true, sameSite: "lax", path: "/" });
  return browser;
}

/** Notes that the person typed the right password at this time, in ms since the epoch. */
export function passwordGiven(browser: BrowserSession, personKey: string, at: number): void {
  const account = browser.accounts.get(personKey);
  if (account !== undefined) {
    account.facts = { ...account.facts, passwordAt: at };
    return;
  }
  browser.accounts.set(personKey, { personKey, sid: randomUUID(), facts: { passwordAt: at } });
}

/** Notes that a signed-in person approved with the second factor at this time. */
export function secondFactorGiven(browser: BrowserSession, personKey: string, at: number): void {
  const account = browser.accounts.get(personKey);
  if (account !== undefined) account.facts = { ...account.facts, secondFactorAt: at };
}

function readCookie(header: string): string | undefined {
  return header
    .split(";")
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
}
