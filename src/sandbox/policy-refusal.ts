import type { AadstsCode } from "./aadsts.js";
import type { AccessDecision } from "./evaluate-access.js";
import type { PersonState } from "./people.js";

/** How a policy's refusal is numbered. */
export function refusalCode({
  reason,
}: Pick<Extract<AccessDecision, { kind: "refused" }>, "reason">): AadstsCode {
  return reason === "blocked" ? 53003 : 53000;
}

/** How a proof that is missing is numbered. */
export function interactionCode(
  { expired }: { readonly expired: boolean },
  person: PersonState,
): AadstsCode {
  if (expired) return 50078;
  return person.enrolled ? 50076 : 50079;
}
