import { isMostlyIn, unionOf } from "../layout/boxes.ts";
import { layoutOf } from "../layout/page-layout.ts";
import { pipeTable } from "../layout/pipe-table.ts";
import { once } from "../once.ts";
import type { GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";
import type { Rules } from "../picture/ruling-lines.ts";
import { aroundPieces, boxToRead } from "./boxes-to-read.ts";
import { type Line, lineOf, type PageContext, partWithin } from "./read-line.ts";
import { settledText } from "./settled-text.ts";

/** A line of a page, or a table: its rows of cells of lines, and the places of the rows that are a guess. */
export type Part = { kind: "line"; line: Line } | { kind: "table"; rows: Line[][][]; doubtful: number[] };

/** The lines of a page whose print stands in these rows of ink. */
export const linesOfBands = (bands: readonly Box[], context: PageContext): Part[] =>
  bands.map((band) => ({ kind: "line", line: lineOf(band, context) }));

/** The lines and tables of a page in the order in which they are read, each read. */
export function partsOf(
  pieces: readonly Box[],
  bands: readonly Box[],
  rules: Rules,
  page: GreyImage,
  context: PageContext,
): Part[] {
  const blocks = layoutOf(pieces, rules, page);
  const read = (line: readonly Box[]) => {
    const place = unionOf(line);
    const signs = context.signs?.filter((one) => isMostlyIn(one, place)) ?? [];
    return lineOf(unionOf([boxToRead(line, pieces, bands, page), ...signs]), context);
  };
  return blocks.flatMap((block): Part[] => {
    switch (block.kind) {
      case "lines":
        return block.lines.map((line) => ({ kind: "line", line: read(line) }));
      case "table":
        return [
          {
            kind: "table",
            rows: block.rows.map((row) => readRow(row, pieces, bands, page, context)),
            doubtful: block.doubtful,
          },
        ];
      default:
        return block satisfies never;
    }
  });
}

/** A cell in the reading of its row is believed from this confidence on; below, the cell is read alone too. */
const minCellConfidence = 85;

/** A row whose cells hold one line each is read as one line, which the recogniser does better than short cells. */
function readRow(
  row: readonly Box[][][],
  all: readonly Box[],
  bands: readonly Box[],
  page: GreyImage,
  context: PageContext,
): Line[][] {
  const isOneLine = row.every((cell) => cell.length <= 1) && row.flat().length > 0;
  const whole = isOneLine
    ? once(() => context.readAlone(boxToRead(row.flat(2), all, bands, page), "thaiAndEnglish"))
    : undefined;
  const readAlone: PageContext["readAlone"] = (box, languages) => {
    const inRow = whole === undefined ? undefined : partWithin(whole(), box);
    if (inRow !== undefined && inRow.confidence >= minCellConfidence) return inRow;
    const alone = context.readAlone(box, languages);
    return inRow !== undefined && inRow.confidence >= alone.confidence ? inRow : alone;
  };
  return row.map((cell) => cell.map((line) => lineOf(aroundPieces(line, all, page), { ...context, readAlone })));
}

/** Parts with what becomes of each of their lines. */
export const withLines = (parts: readonly Part[], become: (line: Line) => Line): Part[] =>
  parts.map((part) =>
    part.kind === "line"
      ? { ...part, line: become(part.line) }
      : { ...part, rows: part.rows.map((row) => row.map((cell) => cell.map(become))) },
  );

/** All lines of a part. */
export const linesIn = (part: Part): Line[] => (part.kind === "line" ? [part.line] : part.rows.flat(2));

/** The text of a page, its tables as pipe tables. */
export function textOf(parts: readonly Part[], textOfLine: (line: Line) => string): string {
  const texts = parts.map((part) => {
    if (part.kind === "line") return textOfLine(part.line);
    const table = pipeTable(part.rows.map((row) => row.map((cell) => textOfCell(cell, textOfLine))));
    return table === "" ? "" : `\n${table}\n`;
  });
  return texts
    .filter((text) => text !== "")
    .join("\n")
    .trim();
}

const textOfCell = (cell: readonly Line[], textOfLine: (line: Line) => string) => cell.map(textOfLine).join(" ").trim();

/** The texts of rows that are a guess, their cells parted by blanks. */
export const guessedRowsOf = (parts: readonly Part[], textOfLine: (line: Line) => string): string[] =>
  parts.flatMap((part) =>
    part.kind === "line"
      ? []
      : part.doubtful.flatMap((at) => {
          const cells = (part.rows[at] ?? []).map((cell) => textOfCell(cell, textOfLine));
          const text = cells.filter((cell) => cell !== "").join(" ");
          return text === "" ? [] : [settledText(text)];
        }),
  );
