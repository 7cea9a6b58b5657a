import type { RequestHandler, Response } from "express";
import type { AppContext } from "./app-context.js";

/** A switch of the sandbox's control page; there is one of each for every person. */
export interface SandboxSwitch {
  /** The part of the switch's anchor after the person's short name. */
  readonly anchor: string;
  readonly label: string;
}

/** Creates the middleware that sets the locals of every page: the person and the sandbox. */
export function createPageFrame({ sandboxUrl }: Pick<AppContext, "sandboxUrl">): RequestHandler {
  return (request, response, next) => {
    const { signedIn } = request.session;
    response.locals.person =
      signedIn === undefined
        ? undefined
        : { name: signedIn.displayName, username: signedIn.username };
    response.locals.sandboxUrl = sandboxUrl;
    next();
  };
}

/** Returns the link to a switch of the person who is signed in; undefined outside the sandbox. */
export function sandboxLinkTo(
  sandboxSwitch: SandboxSwitch | undefined,
  { locals }: Response,
): { readonly href: string; readonly label: string } | undefined {
  const { sandboxUrl, person } = locals as {
    readonly sandboxUrl?: string;
    readonly person?: { readonly username: string };
  };
  if (sandboxSwitch === undefined || sandboxUrl === undefined || person === undefined) {
    return undefined;
  }
  const [name = ""] = person.username.split("@");
  const { anchor, label } = sandboxSwitch;
  return { href: `${sandboxUrl}/#${encodeURIComponent(name)}-${anchor}`, label };
}
