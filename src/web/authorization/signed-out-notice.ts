import type { Request, Response } from "express";

/** Tells the home page, once, that the sign-out has worked. It says nothing about anybody. */
const NAME = "signed-out";
const MAX_AGE_MS = 10 * 60 * 1000;

/** Leaves the notice for the moment when the authority sends the browser back. */
export function leaveSignedOutNotice({ secure }: Request, response: Response): void {
  response.cookie(cookieName(secure), "1", { ...attributesOf(secure), maxAge: MAX_AGE_MS });
}

/** Gives the notice when there is one, and takes it away. */
export function takeSignedOutNotice(request: Request, response: Response): string | undefined {
  const cookies = (request.get("Cookie") ?? "").split(/;\s*/);
  const { secure } = request;
  if (!cookies.includes(`${cookieName(secure)}=1`)) return undefined;
  response.clearCookie(cookieName(secure), attributesOf(secure));
  return request.session.signedIn === undefined ? "You are signed out." : undefined;
}

function cookieName(secure: boolean): string {
  return secure ? `__Host-${NAME}` : NAME;
}

function attributesOf(secure: boolean) {
  return { httpOnly: true, sameSite: "lax", secure, path: "/" } as const;
}
