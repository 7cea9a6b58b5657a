import type { CookieOptions } from "express";
import type { Config } from "../config/config.js";
import { cookieName, readCookie } from "./cookies.js";
import type { Exchange } from "./exchange.js";

/** What the home page says once, and whether that is for somebody who is signed in. */
const NOTICES = {
  "signed-out": { isForSignedIn: false, text: "You are signed out." },
  over: {
    isForSignedIn: true,
    text: "That sign-in is over. Nothing was changed, and you are still signed in.",
  },
  late: {
    isForSignedIn: true,
    text: "That sign-in took more than ten minutes, so this app did not use it. You are still signed in.",
  },
} as const;

/** Something that happened on the way to the home page. */
export type Notice = keyof typeof NOTICES;

/** Replaces the notice of a sign-out that has been shown: an older sign-in may still come back. */
const SEEN_SIGN_OUT = "seen-signed-out";

const MAX_AGE_MS = 10 * 60 * 1000;

/** Keeps a notice for the home page in a cookie, which identifies nobody. */
export function setNotice(
  { response }: Pick<Exchange, "response">,
  notice: Notice,
  config: Config,
): void {
  const { name, attributes } = noticeCookie(config);
  response.cookie(name, notice, { ...attributes, maxAge: MAX_AGE_MS });
}

/** Returns the text of the notice, once. */
export function takeNotice({ request, response }: Exchange, config: Config): string | undefined {
  const { name, attributes } = noticeCookie(config);
  const notice = readCookie(request, name);
  if (notice === undefined || !isNotice(notice)) return undefined;
  if (notice === "signed-out") {
    response.cookie(name, SEEN_SIGN_OUT, { ...attributes, maxAge: MAX_AGE_MS });
  } else {
    response.clearCookie(name, attributes);
  }
  const { isForSignedIn, text } = NOTICES[notice];
  return isForSignedIn === (request.session.signedIn !== undefined) ? text : undefined;
}

/** Returns whether this browser signed out in the last ten minutes. */
export function hasSignedOut({ request }: Pick<Exchange, "request">, config: Config): boolean {
  const value = readCookie(request, noticeCookie(config).name);
  return value === "signed-out" || value === SEEN_SIGN_OUT;
}

function isNotice(value: string): value is Notice {
  return Object.hasOwn(NOTICES, value);
}

function noticeCookie({ baseUrl }: Config): { name: string; attributes: CookieOptions } {
  const secure = baseUrl.startsWith("https:");
  return {
    name: cookieName("notice", baseUrl),
    attributes: { httpOnly: true, sameSite: "lax", secure, path: "/" },
  };
}
