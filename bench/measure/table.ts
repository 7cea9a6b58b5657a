import type { Row } from "./rows.js";

const HEADINGS: Row = {
  measured: "measured",
  figure: "median",
  comparedWith: "compared with",
  otherFigure: "its median",
  ratio: "ratio",
};

/** The columns in order, and whether each holds numbers. */
const COLUMNS = [
  ["measured", false],
  ["figure", true],
  ["comparedWith", false],
  ["otherFigure", true],
  ["ratio", true],
] as const;

/** Formats rows as a Markdown table with columns of equal width, as Prettier does. */
export function formatTable(rows: readonly Row[]): string {
  const columns = COLUMNS.map(([key, isNumeric]) => {
    const cells = [HEADINGS, ...rows].map((row) => row[key]);
    const width = Math.max(3, ...cells.map(({ length }) => length));
    const [heading = "", ...others] = cells.map((cell) =>
      isNumeric ? cell.padStart(width) : cell.padEnd(width),
    );
    const rule = isNumeric ? `${"-".repeat(width - 1)}:` : "-".repeat(width);
    return [heading, rule, ...others];
  });
  const lines = (columns[0] ?? []).map((_cell, line) => columns.map((cells) => cells[line] ?? ""));
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
