import { z } from "zod";

const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** An absolute address: https, or http on this machine. */
export const httpUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    context.addIssue("must be an absolute URL, such as https://example.com");
    return z.NEVER;
  }
  if (url.protocol === "http:" && !LOOPBACK_HOSTS.has(url.hostname)) {
    context.addIssue("must be https; http is accepted on localhost and 127.0.0.1 only");
    return z.NEVER;
  }
  if (url.username !== "" || url.password !== "" || url.hash !== "" || url.search !== "") {
    context.addIssue("must hold neither a user, a password, a query nor a fragment");
    return z.NEVER;
  }
  return url.href;
});

/** The address that paths are added to, without the trailing slash. */
export const baseUrl = httpUrl.transform((href) => href.replace(/\/+$/, ""));

/** Scheme, host and port, without a path; a trailing slash is forgiven. */
export const originUrl = httpUrl.transform((href, context) => {
  const url = new URL(href);
  if (url.pathname === "/") return url.origin;
  context.addIssue("must be an origin, without a path");
  return z.NEVER;
});

/** A port; 0 takes a free one. */
export const port = wholeNumber("must be a port number, such as 3000", 65_535);

/** A whole number from 0 to `max`. */
export function wholeNumber(message: string, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value <= max, message);
}

/** A text that must be there; `what` says what it is. */
export function requiredText(what: string) {
  return z.string({ error: `is missing: ${what}` });
}
