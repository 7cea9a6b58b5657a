import { median } from "./rounds.js";

/** A line of a benchmark's table, as text. */
export interface Row {
  readonly measured: string;
  readonly figure: string;
  readonly comparedWith: string;
  readonly otherFigure: string;
  readonly ratio: string;
}

/** The figures of one subject, one for each round. */
export interface Measured {
  readonly name: string;
  readonly figures: readonly number[];
}

/**
 * Returns the row that compares a subject with another one: the median of each, and the median of
 * the ratios of each round.
 */
export function compare(subject: Measured, other: Measured, unit: string): Row {
  const ratios = subject.figures.map((figure, round) => figure / (other.figures[round] ?? NaN));
  return {
    ...describe(subject, unit),
    comparedWith: other.name,
    otherFigure: describe(other, unit).figure,
    ratio: formatNumber(median(ratios)),
  };
}

/** Returns the row of a subject with nothing to compare it with. */
export function alone(subject: Measured, unit: string): Row {
  return { ...describe(subject, unit), comparedWith: "", otherFigure: "", ratio: "" };
}

/** Returns the row of what was not measured, with the reason. */
export function leftOut(name: string, reason: string): Row {
  return { measured: name, figure: "", comparedWith: reason, otherFigure: "", ratio: "" };
}

function describe({ name, figures }: Measured, unit: string): Pick<Row, "measured" | "figure"> {
  return { measured: name, figure: `${formatNumber(median(figures))} ${unit}`.trim() };
}

function formatNumber(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}
