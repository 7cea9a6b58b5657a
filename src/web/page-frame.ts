import type { RequestHandler, Response } from "express";
import type { AppContext } from "./app-context.js";
import { cutName } from "./cut-text.js";

/** A switch of the sandbox's control page, as its links name it (docs/sandbox.md). */
export interface SandboxSwitch {
  /** The name of the switch. */
  readonly do: string;
  /** What to set it to; the position that removes an obstacle unless given. */
  readonly to?: string;
  /** The text of the link. */
  readonly label: string;
}

/** The switch of an endpoint; all others are those of a person. */
const FAULTS = "faults";

/** The locals that the frame of every page needs. */
interface FrameLocals {
  person?: { readonly name: string; readonly username: string } | undefined;
  sandboxUrl?: string | undefined;
  baseUrl?: string;
}

/** Creates the middleware that sets the locals of every page: the person and the sandbox. */
export function createPageFrame({
  config,
  sandboxUrl,
}: Pick<AppContext, "config" | "sandboxUrl">): RequestHandler {
  return (request, response, next) => {
    const { signedIn } = request.session;
    const locals: FrameLocals = response.locals;
    locals.person =
      signedIn === undefined
        ? undefined
        : { name: cutName(signedIn.displayName), username: cutName(signedIn.username) };
    locals.sandboxUrl = sandboxUrl;
    locals.baseUrl = config.baseUrl;
    next();
  };
}

/**
 * Returns the link to a switch of the person who is signed in, which leads back to `returnTo`, a path
 * of this app; undefined outside the sandbox, and when the switch needs a person and there is none.
 */
export function sandboxLinkTo(
  sandboxSwitch: SandboxSwitch | undefined,
  response: Response,
  returnTo = "/",
): { readonly href: string; readonly label: string } | undefined {
  const { sandboxUrl, person, baseUrl }: FrameLocals = response.locals;
  if (sandboxSwitch === undefined || sandboxUrl === undefined) return undefined;
  const { do: name, to, label } = sandboxSwitch;
  if (person === undefined && name !== FAULTS) return undefined;
  const link = new URL("/", sandboxUrl);
  if (person !== undefined) link.searchParams.set("person", person.username);
  link.searchParams.set("do", name);
  if (to !== undefined) link.searchParams.set("to", to);
  link.searchParams.set("returnTo", new URL(returnTo, baseUrl).href);
  return { href: link.href, label };
}
