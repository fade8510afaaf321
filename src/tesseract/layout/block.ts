import type { Box } from "../picture/ink.ts";

/** A line of text as the pieces that it consists of, from left to right. */
export type LineOfPieces = Box[];

/** A part of the page, to be read as a whole. */
export type Block =
  | { kind: "lines"; lines: LineOfPieces[] }
  /** Row by row, each cell the lines that stand in it; all rows are equally long. */
  | {
      kind: "table";
      rows: LineOfPieces[][][];
      /** Rows that are a guess: what stands in them may be of another. */
      doubtful: number[];
    };

/** What is one in the order of a page, such as a table between ruling lines: where it stands, and its parts. */
export interface Solid {
  box: Box;
  blocks: Block[];
}
