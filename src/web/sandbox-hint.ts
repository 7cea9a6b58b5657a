import type { Response } from "express";

/** A switch of the sandbox's control page; each person has one of each. */
export interface SandboxSwitch {
  /** What follows the person's short name in the switch's anchor. */
  readonly anchor: string;
  readonly label: string;
}

/** Gives the link to the switch for the person who is signed in; nothing outside the sandbox. */
export function sandboxHintOf(
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
