import type { Message, RemovedField } from "../trace-entry.js";

/** Returns the number of the first earlier message that has the same removed value. */
export function firstWith(
  digest: string,
  message: Message,
  messages: readonly Message[],
): number | undefined {
  return messages.find((each) => each.number < message.number && digestsOf(each).includes(digest))
    ?.number;
}

function digestsOf({ headers, parameters, tokens }: Message): readonly string[] {
  const fields = [...headers, ...parameters].filter((field) => "digest" in field);
  const inTokens = tokens.flatMap((token): RemovedField[] => [...token.removed]);
  return [...fields, ...tokens, ...inTokens].map(({ digest }) => digest);
}

/** Where the claims of a message come from. */
export interface ClaimsOrigin {
  /** The challenges and refusals whose claims it carries. */
  readonly asked: readonly number[];
  /** The earlier message of the app that carried the same claims. */
  readonly sameAs?: number | undefined;
}

/** Returns the earlier messages whose claims a message of the app carries. */
export function originOfClaims(message: Message, messages: readonly Message[]): ClaimsOrigin {
  const { claims } = message;
  if (claims === undefined || isAsking(message)) return { asked: [] };
  const earlier = messages.filter((each) => each.number < message.number);
  const carried = claimsIn(claims);
  const asked = earlier
    .filter(isAsking)
    .filter((each) => [...claimsIn(each.claims ?? "{}")].every((claim) => carried.has(claim)))
    .map(({ number }) => number);
  const same = earlier.find((each) => !isAsking(each) && each.claims === claims);
  return { asked, sameAs: same?.number };
}

/** Returns whether a message asks for claims: an API's challenge or the authority's refusal. */
function isAsking({ kind, claims }: Message): boolean {
  return claims !== undefined && (kind === "api-response" || kind === "token-response");
}

/** Returns each claim that is asked for, with its demand, as text. */
function claimsIn(claims: string): ReadonlySet<string> {
  const request = JSON.parse(claims) as Readonly<Record<string, object>>;
  return new Set(
    Object.entries(request).flatMap(([member, named]) =>
      Object.entries(named).map((claim) => JSON.stringify([member, claim])),
    ),
  );
}
