import { z } from "zod";
import type { Logger } from "../../log.js";
import type { SandboxState } from "../sandbox-state.js";
import { pushEvent } from "../events/push-event.js";
import { SESSION_REVOKED, TOKEN_CLAIMS_CHANGE } from "../events/security-event.js";
import { initialSwitches, NETWORK_ADDRESS, type PersonState } from "../people.js";

/** What a switch works on. */
export interface Controlled {
  readonly state: SandboxState;
  readonly log: Logger;
}

/** A form says `"true"`, JSON says `true`. */
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
    network: z.enum(["office", "elsewhere"]),
  })
  .partial();

/** `kept`: refresh tokens still work. `gone`: they do not, and everybody has to sign in again. */
export const revocationSchema = z.strictObject({ grant: z.enum(["kept", "gone"]).default("kept") });

const TEN_MINUTES = 600;
const DAY_SECONDS = 86_400;

/** By how much a sign-in is aged. */
export const ageSchema = z.strictObject({
  seconds: z.coerce.number().int().min(1).max(DAY_SECONDS).default(TEN_MINUTES),
});

/**
 * Sets what is given about a person. What makes access tokens wrong that are out (another network, a
 * device that is no longer managed, a disabled account) becomes an event, so that it shows at once.
 */
export async function setPerson(
  controlled: Controlled,
  person: PersonState,
  switches: z.infer<typeof personSwitchesSchema>,
): Promise<void> {
  const moved = switches.network !== undefined && switches.network !== person.network;
  const disabled = switches.disabled === true && !person.disabled;
  const lostDevice = switches.deviceCompliant === false && person.deviceCompliant;
  Object.assign(person, switches);
  if (moved) await announceMove(controlled, person);
  if (disabled || lostDevice) await announceRevocation(controlled, person);
}

/**
 * Revokes a person's sessions. The APIs refuse the access tokens that are out; whether a silent
 * renewal helps depends on the grant.
 */
export async function revokeSessions(
  controlled: Controlled,
  person: PersonState,
  { grant }: z.infer<typeof revocationSchema>,
): Promise<void> {
  if (grant === "gone") endGrants(controlled.state, person);
  await announceRevocation(controlled, person);
}

/**
 * Makes all that a person has proved older, so that a fresh sign-in is asked for. Access tokens that
 * are out say how old the sign-in was, so they have to be renewed.
 */
export async function ageSignIn(
  controlled: Controlled,
  person: PersonState,
  { seconds }: z.infer<typeof ageSchema>,
): Promise<void> {
  const { browsers, codes, refreshTokens } = controlled.state;
  const grants = [...codes.values(), ...refreshTokens.values()].map(({ grant }) => grant);
  const accounts = [...browsers.values()].flatMap((browser) => [...browser.accounts.values()]);
  // Many tokens share a grant, which must not age twice.
  for (const proof of new Set([...grants, ...accounts])) {
    if (proof.personKey !== person.person.key) continue;
    const { passwordAt, secondFactorAt } = proof.facts;
    proof.facts = {
      passwordAt: passwordAt - seconds * 1000,
      ...(secondFactorAt !== undefined && { secondFactorAt: secondFactorAt - seconds * 1000 }),
    };
  }
  await announceRevocation(controlled, person);
}

/** Puts everything back to how it started, signs everybody out, and tells the APIs. */
export async function resetEverything(controlled: Controlled): Promise<void> {
  const { state } = controlled;
  state.faults.clear();
  state.interactions.clear();
  for (const person of state.directory.values()) {
    await setPerson(controlled, person, initialSwitches(person.person.key));
    await revokeSessions(controlled, person, { grant: "gone" });
  }
  state.deliveries.length = 0;
}

function endGrants(
  { browsers, codes, refreshTokens }: SandboxState,
  { person }: PersonState,
): void {
  for (const { grant } of [...codes.values(), ...refreshTokens.values()]) {
    if (grant.personKey === person.key) grant.revoked = true;
  }
  for (const browser of browsers.values()) browser.accounts.delete(person.key);
}

async function announceRevocation(controlled: Controlled, person: PersonState): Promise<void> {
  const timestamp = endTokensUntilNow(controlled.state, person);
  await pushEvent(controlled, person, { type: SESSION_REVOKED, timestamp });
}

async function announceMove(controlled: Controlled, person: PersonState): Promise<void> {
  const timestamp = endTokensUntilNow(controlled.state, person);
  const claims = { ipaddr: NETWORK_ADDRESS[person.network] };
  await pushEvent(controlled, person, { type: TOKEN_CLAIMS_CHANGE, timestamp, claims });
}

/**
 * Tokens know whole seconds only, so "now" is the next one: a token issued earlier in this second is
 * refused, and those issued from here on are dated so that they are not. A second revocation in the
 * same second has to outdate those as well.
 */
function endTokensUntilNow({ now }: SandboxState, person: PersonState): number {
  person.tokensValidFrom = Math.max(Math.floor(now() / 1000), person.lastTokenIssuedAt) + 1;
  return person.tokensValidFrom;
}
