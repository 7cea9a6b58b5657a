import type { Finding } from "./finding.js";

/** Returns whether the app can run with these findings: nothing is wrong, warnings aside. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level !== "wrong");
}

/** Formats the findings for people: a line each, with the cure below it. */
export function formatText(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ check, level, text, cure }) => [
    `${LABELS[level]} ${check}: ${text}`,
    ...(cure === undefined ? [] : [`        ${cure}`]),
  ]);
  const counts = `${findings.length} checked, ${countOf(findings, "wrong")} wrong, warnings: ${countOf(findings, "warning")}`;
  return [...lines, counts, ""].join("\n");
}

function countOf(findings: readonly Finding[], wanted: Finding["level"]): number {
  return findings.filter(({ level }) => level === wanted).length;
}

/** Formats the findings for programs. */
export function formatJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ ok: isHealthy(findings), findings }, null, 2)}\n`;
}

const LABELS: Readonly<Record<Finding["level"], string>> = {
  ok: "ok     ",
  warning: "warning",
  wrong: "WRONG  ",
};
