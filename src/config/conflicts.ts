import type { Environment } from "./formats.js";

/** The paths of this app; a test compares them with the routes. */
export const OWN_PATHS: readonly string[] = [
  "/",
  "/signin",
  "/signout",
  "/frontchannel-logout",
  "/healthz",
  "/readyz",
  "/trace",
  "/profile",
  "/payslips",
  "/bank-account",
  "/bank-account/discard",
  "/tax-forms",
  "/assets",
];

/** The settings with an address that this app calls, which is never its own. */
const CALLED = ["CLOUD_INSTANCE", "GRAPH_API_ENDPOINT", "PAYROLL_API_URL"];

/**
 * Returns the problems of addresses that are valid one by one and impossible together: a sign-in that
 * never ends, or never arrives. Settings that are `wrong` by themselves are not compared.
 */
export function describeConflicts(given: Environment, wrong: readonly string[]): string[] {
  const { BASE_URL, PORT = "3000" } = given;
  const base = parse(BASE_URL ?? `http://localhost:${PORT}`);
  // Port 0 is a free one, which nobody knows yet.
  if (BASE_URL === undefined && PORT === "0") return [];
  if (base === undefined || wrong.includes(BASE_URL === undefined ? "PORT" : "BASE_URL")) return [];
  const valid = Object.entries(given).filter(([name]) => !wrong.includes(name));
  const settings: Environment = Object.fromEntries(valid);
  const redirect = parse(settings.REDIRECT_URI ?? `${base.origin}/redirect`);
  return [
    ...(redirect === undefined ? [] : redirectProblems(redirect, base)),
    ...postLogoutProblems(settings.POST_LOGOUT_REDIRECT_URI, redirect),
    ...CALLED.filter((name) => isAppItself(settings[name], base)).map((name) => {
      return `${name} is the address of this app itself (BASE_URL)`;
    }),
  ];
}

function redirectProblems(redirect: URL, base: URL): string[] {
  const problems: string[] = [];
  if (redirect.origin !== base.origin) {
    problems.push("REDIRECT_URI must be on the origin of BASE_URL: its cookies are there");
  }
  if (isOwnPath(redirect.pathname)) {
    problems.push("REDIRECT_URI must have a path that this app has no page at, such as /redirect");
  }
  // Express reads a route as a pattern: `:`, `*`, `{`, `(` and others have a meaning.
  if (!/^[A-Za-z0-9/._~-]*$/.test(redirect.pathname)) {
    problems.push("REDIRECT_URI may have letters, digits and / - . _ ~ in its path only");
  }
  return problems;
}

/** Returns whether Express serves a page at a path: in any case, with and without a slash at its end. */
function isOwnPath(pathname: string): boolean {
  const path = pathname.toLowerCase().replace(/\/+$/, "");
  return OWN_PATHS.includes(path === "" ? "/" : path) || path.startsWith("/assets/");
}

function postLogoutProblems(text: string | undefined, redirect: URL | undefined): string[] {
  const url = parse(text);
  if (url === undefined || url.href !== redirect?.href) return [];
  return ["POST_LOGOUT_REDIRECT_URI must not be REDIRECT_URI, which expects a sign-in"];
}

/** Returns whether an address is this app's own; below it a proxy may have put another server. */
function isAppItself(text: string | undefined, base: URL): boolean {
  const url = parse(text);
  return url !== undefined && url.origin === base.origin && url.pathname === "/";
}

function parse(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}
