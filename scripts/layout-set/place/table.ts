import type { TableBlock } from "../description.ts";
import { tableMarkdown } from "../markdown.ts";
import type { Mark } from "../marks.ts";
import type { Sheet } from "./sheet.ts";

const paddingPt = 4;

/** Puts a table; one that does not fit goes on with its header on the next page, which is a table of its own there. */
export function placeTable(block: TableBlock, sheet: Sheet, x: number, width: number): void {
  const [header, ...body] = block.rows;
  if (header === undefined) return;
  const headers = headerRows(block);
  const heights = block.rows.map((row, at) => rowHeight(block, row, at, sheet, width));
  let rows = block.rows.slice(0, headers);
  let from = headers;
  const heightOf = (at: number) => heights[at] ?? 0;
  let used = rows.reduce((sum, _, at) => sum + heightOf(at), 0);
  sheet.need(used + heightOf(headers));
  const indexes = rows.map((_, at) => at);
  const flush = () => {
    placeRows(block, indexes, heights, sheet, x, width);
    sheet.page.truth.push(tableMarkdown(rows));
  };
  for (const row of body.slice(headers - 1)) {
    if (sheet.y + used + heightOf(from) > sheet.bottom) {
      flush();
      sheet.newPage();
      rows = block.rows.slice(0, headers);
      indexes.splice(0, indexes.length, ...rows.map((_, at) => at));
      used = rows.reduce((sum, _, at) => sum + heightOf(at), 0);
    }
    rows = [...rows, row];
    indexes.push(from);
    used += heightOf(from);
    from += 1;
  }
  flush();
  sheet.y += sheet.style.body * 0.8;
}

/** Rows of the header: those down to the last that has merged cells, and the one below it. */
const headerRows = ({ merged = [] }: TableBlock) => (merged.length === 0 ? 1 : 2);

function cellWidth(block: TableBlock, row: number, column: number, width: number): number {
  const total = block.widths.reduce((sum, share) => sum + share, 0);
  const count = block.merged?.find(([at, first]) => at === row && first === column)?.[2] ?? 1;
  const shares = block.widths.slice(column, column + count).reduce((sum, share) => sum + share, 0);
  return (width * shares) / total;
}

function cellLines(block: TableBlock, cell: string, row: number, column: number, sheet: Sheet, width: number) {
  const bold = row < headerRows(block) && sheet.style.boldHeadings;
  const inner = cellWidth(block, row, column, width) - 2 * paddingPt;
  return sheet.broken(cell, { x: 0, width: inner, bold });
}

function rowHeight(block: TableBlock, row: readonly string[], at: number, sheet: Sheet, width: number): number {
  const lines = row.map((cell, column) => cellLines(block, cell, at, column, sheet, width).length);
  return Math.max(1, ...lines) * sheet.style.body * 1.25 + (block.rules === "none" ? 3 : 2 * paddingPt);
}

function placeRows(
  block: TableBlock,
  indexes: readonly number[],
  heights: readonly number[],
  sheet: Sheet,
  x: number,
  width: number,
): void {
  const { body, columnByColumn, boldHeadings } = sheet.style;
  const top = sheet.y;
  const tops = indexes.map(
    (_, at) => top + indexes.slice(0, at).reduce((sum, index) => sum + (heights[index] ?? 0), 0),
  );
  const bottom = top + indexes.reduce((sum, index) => sum + (heights[index] ?? 0), 0);
  drawRules(block, indexes, [...tops, bottom], sheet, x, width);
  const cells = indexes.flatMap((index, at) =>
    (block.rows[index] ?? []).map((cell, column) => ({ cell, index, column, y: tops[at] ?? 0 })),
  );
  const ordered = columnByColumn ? cells.toSorted((a, b) => a.column - b.column) : cells;
  for (const { cell, index, column, y } of ordered) {
    const bold = index < headerRows(block) && boldHeadings;
    const left = x + block.widths.slice(0, column).reduce((sum, _, at) => sum + cellWidth(block, -1, at, width), 0);
    const inner = cellWidth(block, index, column, width) - 2 * paddingPt;
    const isMerged = block.merged?.some(([row, first]) => row === index && first === column) ?? false;
    const align = isMerged ? "center" : (block.align?.[column] ?? "left");
    let lineTop = y + (block.rules === "none" ? 1 : paddingPt);
    for (const line of cellLines(block, cell, index, column, sheet, width)) {
      const free = inner - sheet.fonts.widthOf(line.text, sheet.family, bold, body);
      const start = left + paddingPt + (align === "right" ? free : align === "center" ? free / 2 : 0);
      sheet.putLine(line.words, start, lineTop, body, bold);
      lineTop += body * 1.25;
    }
  }
  sheet.y = bottom;
}

function drawRules(
  block: TableBlock,
  indexes: readonly number[],
  ys: readonly number[],
  sheet: Sheet,
  x: number,
  width: number,
): void {
  const { marks } = sheet.page;
  const rule = (x1: number, y1: number, x2: number, y2: number): Mark =>
    sheet.style.filledRules
      ? { type: "rect", x: x1, y: y1, width: Math.max(0.6, x2 - x1), height: Math.max(0.6, y2 - y1), grey: 0 }
      : { type: "line", x1, y1, x2, y2, width: 0.6 };
  const [top = 0] = ys;
  const bottom = ys.at(-1) ?? top;
  const isCovered = (row: number, column: number) =>
    block.merged?.some(([at, first, count]) => at === row && column > first && column < first + count) ?? false;
  switch (block.rules) {
    case "none":
      return;
    case "zebra":
      indexes.forEach((_, at) => {
        const [y = 0, next = 0] = [ys[at], ys[at + 1]];
        if (at % 2 === 0) marks.push({ type: "rect", x, y, width, height: next - y, grey: at === 0 ? 0.8 : 0.93 });
      });
      return;
    case "headed":
      for (const y of [top, ys[headerRows(block)] ?? top, bottom]) marks.push(rule(x, y, x + width, y));
      return;
    case "horizontal":
      for (const y of ys) marks.push(rule(x, y, x + width, y));
      return;
    case "boxed":
    case "ruled": {
      const across = block.rules === "ruled" ? ys : [top, ys[headerRows(block)] ?? top, bottom];
      for (const y of across) marks.push(rule(x, y, x + width, y));
      let left = x;
      for (let column = 0; column <= block.widths.length; column += 1) {
        indexes.forEach((index, at) => {
          if (!isCovered(index, column)) marks.push(rule(left, ys[at] ?? 0, left, ys[at + 1] ?? 0));
        });
        left += cellWidth(block, -1, column, width);
      }
      return;
    }
  }
}
