/**
 * Names the subject of a refusal. It chooses the page, whether a refusal at the redirect URI is final,
 * and whether the session ends. The codes change, and the list is not complete.
 */
export type RefusalTopic =
  | "account-disabled"
  | "admin-consent"
  | "device"
  | "not-assigned"
  | "policy-blocked"
  | "register-mfa";

/** AADSTS codes by subject. */
const CODES_BY_TOPIC: Readonly<Record<RefusalTopic, readonly number[]>> = {
  /** Disabled, a disabled guest, deleted. */
  "account-disabled": [50057, 500571, 50034, 51004],
  "admin-consent": [90094, 90095],
  /** Not compliant, not joined, app not approved, must authenticate, failed to, must be managed. */
  device: [53000, 53001, 53002, 50097, 50155, 530003],
  "not-assigned": [50105],
  "policy-blocked": [53003, 53005, 53011, 50131, 50005, 530032, 530035],
  "register-mfa": [53004, 53010],
};

/** Returns the topic of the first code that has one. */
export function topicOfCodes(codes: readonly number[]): RefusalTopic | undefined {
  return codes.map(topicOfCode).find((topic) => topic !== undefined);
}

function topicOfCode(code: number): RefusalTopic | undefined {
  const topics = Object.keys(CODES_BY_TOPIC) as RefusalTopic[];
  return topics.find((topic) => CODES_BY_TOPIC[topic].includes(code));
}
