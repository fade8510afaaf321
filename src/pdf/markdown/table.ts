import type { Box } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import { type Compounds, joinLines, joinRow } from "./join-text.ts";
import { rowsOf } from "./rows.ts";

/** Rows of cells, the first row being the header; all rows are equally long, and an empty cell has no fragments. */
export interface Table {
  box: Box;
  rows: Fragment[][][];
}

/** A table without the rows and columns that hold nothing; undefined where too little is left to be a table. */
export function trimmed({ box, rows }: Table): Table | undefined {
  const columns = rows[0]?.map((_, column) => rows.some((row) => row[column]?.length)) ?? [];
  const kept = rows
    .filter((row) => row.some((cell) => cell.length > 0))
    .map((row) => row.filter((_, column) => columns[column]));
  return kept.length < 2 || (kept[0]?.length ?? 0) < 2 ? undefined : { box, rows: kept };
}

export const cellText = (cell: readonly Fragment[], compounds: Compounds): string =>
  joinLines(
    rowsOf(cell).map((row) => joinRow(row.map(({ text }) => text)).replaceAll(/ {2,}/g, " ")),
    compounds,
  );

export function tableMarkdown({ rows }: Table, text: (cell: readonly Fragment[]) => string): string {
  const lines = rows.map((row) => `| ${row.map((cell) => text(cell)).join(" | ")} |`);
  const [header = "", ...body] = lines;
  return [header, `|${" --- |".repeat(rows[0]?.length ?? 0)}`, ...body].join("\n");
}
