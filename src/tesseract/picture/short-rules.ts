import type { Rule } from "./ruling-lines.ts";

/** Ends of lines that are so near to a line across meet it, and lines that are so near are one line with gaps. */
const reachPx = 6;

/**
 * The runs of ink that are too short for a ruling line and are parts of one all the same: they go on where one of the lines
 * has a gap, from one line across to the next, as beside the fields of a row below which fields are joined.
 */
export const shortRules = (runs: readonly Rule[], lines: readonly Rule[], across: readonly Rule[]): Rule[] =>
  runs.filter(
    ({ at, from, to }) =>
      lines.some((line) => near(line.at, at)) &&
      [from, to].every((end) =>
        across.some((other) => near(other.at, end) && at >= other.from - reachPx && at <= other.to + reachPx),
      ),
  );

const near = (one: number, other: number) => Math.abs(one - other) <= reachPx;
