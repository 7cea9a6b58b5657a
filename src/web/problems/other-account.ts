import type { Request, Response } from "express";
import type { PendingFlow } from "../../session/authorization-transactions.js";
import type { Redeemed } from "../signed-in-session.js";
import { sendProblem } from "./problem-page.js";

/** Says who is signed in and who came back; the tokens of the one who came back are dropped. */
export function sendOtherAccount(
  exchange: { readonly request: Request; readonly response: Response; readonly flow: PendingFlow },
  { account }: Redeemed,
): void {
  const { request, response, flow } = exchange;
  const signedIn = request.session.signedIn?.account.username ?? "nobody";
  sendProblem(request, response, {
    status: 403,
    code: "ERR_OTHER_ACCOUNT",
    title: "Another account came back",
    explanation: `You are signed in as ${signedIn}, but ${account.username} confirmed at the identity provider. Nothing was changed, and you are still signed in as ${signedIn}.`,
    whoseMove: "yours",
    nextStep: `Try again and choose ${signedIn}, or sign in as the other account.`,
    actions: [
      { label: "Try again", href: flow.returnTo },
      { label: "Use another account", href: "/signin?prompt=select_account" },
    ],
  });
}
