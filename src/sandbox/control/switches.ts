import { z } from "zod";
import type { Logger } from "../../log.js";
import { initialSwitches, NETWORK_ADDRESS, type PersonState } from "../directory/people.js";
import { pushEvent } from "../events/push-event.js";
import { SESSION_REVOKED, TOKEN_CLAIMS_CHANGE } from "../events/security-event.js";
import type { SandboxState } from "../sandbox-state.js";

/** What the switches change. */
export interface Controlled {
  readonly state: SandboxState;
  readonly log: Logger;
}

/** Forms send `"true"`, JSON has `true`. */
const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

/** What can be set about a person. */
export const personSwitchesSchema = z
  .strictObject({
    enrolled: flag,
    deviceCompliant: flag,
    assigned: flag,
    disabled: flag,
    blocked: flag,
    consented: flag,
    secondFactorEverywhere: flag,
    signInFrequencyDeferred: flag,
    network: z.enum(["office", "elsewhere"]),
  })
  .partial();

/** `kept`: refresh tokens still work. `gone`: they do not, and the person has to sign in again. */
export const revocationSchema = z.strictObject({ grant: z.enum(["kept", "gone"]).default("kept") });

const DAY_SECONDS = 86_400;

/** By how much a sign-in is aged. */
export const ageSchema = z.strictObject({
  seconds: z.coerce.number().int().min(1).max(DAY_SECONDS).default(600),
});

/** The positions in which a switch takes from the person what their access tokens state. */
const RESTRICTIONS = {
  assigned: false,
  blocked: true,
  consented: false,
  deviceCompliant: false,
  disabled: true,
  secondFactorEverywhere: true,
} as const satisfies Partial<PersonState>;

/**
 * Sets a person's switches. Sends an event when that makes their access tokens wrong (another network,
 * an unmanaged device, a policy that requires more), so that it shows at the next call and not only
 * when the tokens expire.
 */
export async function setPerson(
  controlled: Controlled,
  person: PersonState,
  switches: z.infer<typeof personSwitchesSchema>,
): Promise<void> {
  const moved = switches.network !== undefined && switches.network !== person.network;
  const names = Object.keys(RESTRICTIONS) as (keyof typeof RESTRICTIONS)[];
  const restricted = names.some(
    (name) => switches[name] === RESTRICTIONS[name] && person[name] !== RESTRICTIONS[name],
  );
  Object.assign(person, switches);
  if (moved) {
    const claims = { ipaddr: NETWORK_ADDRESS[person.network] };
    const timestamp = endTokens(controlled.state, person);
    await pushEvent(controlled, person, { type: TOKEN_CLAIMS_CHANGE, timestamp, claims });
  }
  if (restricted) await pushRevocation(controlled, person);
}

/** Revokes a person's access tokens and, with `gone`, their grants and browser sessions. */
export async function revokeSessions(
  controlled: Controlled,
  person: PersonState,
  { grant }: z.infer<typeof revocationSchema>,
): Promise<void> {
  if (grant === "gone") {
    for (const { grant } of grantRecords(controlled.state)) {
      if (grant.personKey === person.key) grant.revoked = true;
    }
    for (const { accounts } of controlled.state.browsers.values()) accounts.delete(person.key);
  }
  await pushRevocation(controlled, person);
}

/**
 * Makes everything that a person has proved older, and revokes their access tokens, which state the
 * age of the sign-in.
 */
export async function ageSignIn(
  controlled: Controlled,
  person: PersonState,
  { seconds }: z.infer<typeof ageSchema>,
): Promise<void> {
  const grants = grantRecords(controlled.state).map(({ grant }) => grant);
  const browsers = [...controlled.state.browsers.values()];
  const accounts = browsers.flatMap((browser) => [...browser.accounts.values()]);
  // Many tokens share a grant, which must not age twice.
  for (const proof of new Set([...grants, ...accounts])) {
    if (proof.personKey !== person.key) continue;
    const { passwordAt, secondFactorAt } = proof.facts;
    proof.facts = {
      passwordAt: passwordAt - seconds * 1000,
      ...(secondFactorAt !== undefined && { secondFactorAt: secondFactorAt - seconds * 1000 }),
    };
  }
  await pushRevocation(controlled, person);
}

/** Restores the initial state, signs everybody out, and sends the events to the APIs. */
export async function resetEverything(controlled: Controlled): Promise<void> {
  const { faults, interactions, directory, deliveries } = controlled.state;
  faults.clear();
  controlled.state.misbehaviour = undefined;
  interactions.clear();
  for (const person of directory.values()) {
    await setPerson(controlled, person, initialSwitches(person.key));
    await revokeSessions(controlled, person, { grant: "gone" });
  }
  deliveries.length = 0;
}

function grantRecords({ codes, refreshTokens }: SandboxState) {
  return [...codes.values(), ...refreshTokens.values()];
}

async function pushRevocation(controlled: Controlled, person: PersonState): Promise<void> {
  const timestamp = endTokens(controlled.state, person);
  await pushEvent(controlled, person, { type: SESSION_REVOKED, timestamp });
}

/**
 * Ends the access tokens issued until now; returns when that takes effect. Tokens have whole seconds
 * only, so it is the next second: tokens issued earlier in this one are refused, and those issued from
 * now on are dated in the next. A second revocation has to outdate those as well.
 */
function endTokens({ now }: SandboxState, person: PersonState): number {
  person.tokensValidFrom = Math.max(Math.floor(now() / 1000), person.lastTokenIssuedAt) + 1;
  return person.tokensValidFrom;
}
