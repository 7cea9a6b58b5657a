import type { Logger } from "../../log.js";
import type { PersonState } from "../directory/people.js";
import type { Delivery, SandboxState } from "../sandbox-state.js";
import { SECURITY_EVENT_TYP, type SecurityEvent, signSecurityEvent } from "./security-event.js";

/** How many deliveries the control page shows. */
const MAX_DELIVERIES = 50;
const PUSH_TIMEOUT_MS = 5000;

/**
 * Pushes an event to every receiver, and waits until each has responded or failed, so that the event
 * has taken effect when the caller goes on. Records and logs a failed push; does not repeat it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8935#section-2 | RFC 8935, section 2}
 */
export async function pushEvent(
  { state, log }: { readonly state: SandboxState; readonly log: Logger },
  person: PersonState,
  event: SecurityEvent,
): Promise<void> {
  const name = event.type.slice(event.type.lastIndexOf("/") + 1);
  const pushes = state.receivers.map(async ({ url, audience }): Promise<Delivery> => {
    const token = await signSecurityEvent(state, person, { event, audience });
    const outcome = await push(url, token);
    if (outcome !== "accepted") log.warn({ receiver: url, outcome }, "a security event failed");
    return { at: state.now(), receiver: url, person: person.key, event: name, outcome };
  });
  state.deliveries.push(...(await Promise.all(pushes)));
  state.deliveries.splice(0, Math.max(0, state.deliveries.length - MAX_DELIVERIES));
}

async function push(url: string, token: string): Promise<Delivery["outcome"]> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": `application/${SECURITY_EVENT_TYP}`, Accept: "application/json" },
      body: token,
      redirect: "error",
      signal: AbortSignal.timeout(PUSH_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.status === 202 ? "accepted" : "refused";
  } catch {
    return "unreachable";
  }
}
