import { type Finding, ok, warning, wrong } from "../finding.js";

const DAY_MS = 86_400_000;

/** How long before its end a certificate should be replaced, in days. */
const RENEW_BEFORE_DAYS = 14;

interface Expiry {
  /** The setting or host that the certificate belongs to. */
  readonly name: string;
  readonly expiresAt: Date;
  /** The time now, in milliseconds. */
  readonly now: number;
  readonly cure: string;
}

/** Returns the finding about the end of a certificate. */
export function judgeExpiry(check: string, { name, expiresAt, now, cure }: Expiry): Finding {
  const day = expiresAt.toISOString().slice(0, 10);
  const days = Math.floor((expiresAt.getTime() - now) / DAY_MS);
  if (days < 0) return wrong(check, { text: `${name}: the certificate expired on ${day}.`, cure });
  if (days >= RENEW_BEFORE_DAYS)
    return ok(check, `${name}: the certificate is valid until ${day}.`);
  return warning(check, {
    text: `${name}: the certificate expires on ${day}, in ${days} days.`,
    cure,
  });
}
