import type { RequestHandler } from "express";
import type { AppContext } from "./app-context.js";

/** Gives every page what its frame shows: who is signed in, where we are, the sandbox. */
export function createLocals({ sandboxUrl }: AppContext): RequestHandler {
  return (request, response, next) => {
    const { signedIn } = request.session;
    response.locals.person =
      signedIn === undefined
        ? undefined
        : { name: signedIn.displayName, username: signedIn.account.username };
    response.locals.path = request.path;
    response.locals.sandboxUrl = sandboxUrl;
    next();
  };
}
