import type { Request } from "express";
import { wantsJson } from "../exchange.js";

/** A page that calls an API, as far as its actions need it. */
export interface TitledPage {
  readonly path: string;
  readonly card: { readonly title: string };
}

/** The longest path in a title, in characters. */
const MAX_PATH_CHARACTERS = 60;

/** Returns what a person does with a request, and the path of the page that they want. */
export function titleOf(
  request: Request,
  { pathname, searchParams }: URL,
  pages: readonly TitledPage[],
): { readonly title: string; readonly path: string } {
  const wanted = pathname === "/signin" ? (searchParams.get("returnTo") ?? "/") : pathname;
  const [path = "/"] = wanted.split("?", 1);
  const page = pages.find((each) => each.path === path);
  const name = page?.card.title.replace(/^Your /, "");
  const client = wantsJson(request) ? " (JSON client)" : "";
  return { title: `${titleFor(request, pathname, name)}${client}`, path: page?.path ?? "/" };
}

function titleFor(request: Request, pathname: string, name: string | undefined): string {
  if (pathname === "/signin") return name === undefined ? "Sign-in" : `Sign-in for ${name}`;
  if (name !== undefined) return `${request.method === "POST" ? "Sent" : "Opened"} ${name}`;
  return `${request.method} ${pathname.slice(0, MAX_PATH_CHARACTERS)}`;
}
