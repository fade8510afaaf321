import type { Line } from "./lines.ts";

/** A fenced block; lines keep their indents, counted in letters of the font. */
export function codeMarkdown(lines: readonly Line[]): string {
  const left = Math.min(...lines.map(({ box }) => box[0]));
  const text = lines.map((line) =>
    line.pieces.reduce((row, piece) => row.padEnd(column(piece, left, row)) + piece.text, ""),
  );
  const backquotes = text.flatMap((line) => line.match(/`+/g) ?? []);
  const fence = "`".repeat(backquotes.reduce((longest, run) => Math.max(longest, run.length + 1), 3));
  return [fence, ...text, fence].join("\n");
}

/** Width of a letter of a monospaced font, in sizes. */
const letterWidth = 0.6;

function column({ box, size }: Line["pieces"][number], left: number, row: string): number {
  const wanted = Math.round((box[0] - left) / (letterWidth * size));
  return row === "" ? wanted : Math.max(row.length + 1, wanted);
}
