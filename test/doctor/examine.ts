import { checkSettings } from "../../src/doctor/check-settings.js";
import type { Finding } from "../../src/doctor/finding.js";

/** A session secret that the doctor accepts; the tests' own is a sentence. */
export const RANDOM_SECRET = "vX0q3tLZ9sKd_7Yh2mRb5WcN8eJf1uGpTaQiOzVxBnE";

/** Runs the doctor with settings, and returns its findings that are not `ok`. */
export async function problemsOf(
  settings: Readonly<Record<string, string>>,
  now?: () => number,
): Promise<readonly Finding[]> {
  const findings = await checkSettings({ SESSION_SECRET: RANDOM_SECRET, ...settings }, now);
  return findings.filter(({ level }) => level !== "ok");
}

/** Returns the findings in a form that tests compare: what, how bad, and whether there is a cure. */
export function briefly(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ check, level, cure }) => {
    return `${level} ${check}${cure === undefined ? " without a cure" : ""}`;
  });
}
