import { type Finding, ok, warning, wrong } from "../finding.js";

/** From here on ID tokens and client assertions are refused, in seconds. */
const MAX_LEAD_SECONDS = 300;

/** A clock that is set by the network is wrong by less, in seconds. */
const USUAL_LEAD_SECONDS = 30;

/** Checks this machine's clock against the authority's, by how far it is ahead. */
export function checkClock(leadSeconds: number | undefined): Finding[] {
  const check = "clock";
  if (leadSeconds === undefined) return [];
  const seconds = Math.round(Math.abs(leadSeconds));
  const text = `This clock is ${seconds} s ${leadSeconds < 0 ? "behind" : "ahead of"} Entra ID's.`;
  const cure =
    "Set the clock by the network: timedatectl set-ntp true (Linux), w32tm /resync (Windows).";
  if (seconds >= MAX_LEAD_SECONDS) {
    const refused = `${text} ID tokens are refused from ${MAX_LEAD_SECONDS} s on.`;
    return [wrong(check, { text: refused, cure })];
  }
  if (seconds > USUAL_LEAD_SECONDS) return [warning(check, { text, cure })];
  return [ok(check, `This clock differs from Entra ID's by ${seconds} s.`)];
}
