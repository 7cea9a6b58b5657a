import type { Logger } from "../../log.js";
import type { SandboxState } from "../sandbox-state.js";
import type { Delivery } from "../event-receiver.js";
import type { PersonState } from "../people.js";
import { SECURITY_EVENT_TYP, type SecurityEvent, signSecurityEvent } from "./security-event.js";

/** How many deliveries are remembered for the control page. */
const MAX_DELIVERIES = 50;
const PUSH_TIMEOUT_MS = 5000;

/**
 * Tells every receiver of an event, and waits until each has answered or failed, so that whoever
 * caused the event finds the APIs informed. A failed push is remembered and logged, not repeated.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8935#section-2 | RFC 8935, section 2}
 */
export async function pushEvent(
  { state, log }: { state: SandboxState; log: Logger },
  person: PersonState,
  event: SecurityEvent,
): Promise<void> {
  const deliveries = await Promise.all(
    state.receivers.map(async (receiver): Promise<Delivery> => {
      const { audience, url } = receiver;
      const token = await signSecurityEvent(state, person, { event, audience });
      const outcome = await push(url, token);
      if (outcome !== "accepted") log.warn({ receiver: url, outcome }, "a security event failed");
      const name = event.type.slice(event.type.lastIndexOf("/") + 1);
      return {
        at: state.now(),
        receiver: url,
        person: person.person.key,
        event: name,
        outcome,
      };
    }),
  );
  state.deliveries.push(...deliveries);
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
