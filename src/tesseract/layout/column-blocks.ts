import type { Box } from "../picture/ink.ts";
import type { Rule } from "../picture/ruling-lines.ts";
import { findAlignedTable } from "./aligned-table.ts";
import type { Block, Solid } from "./block.ts";
import { bottomOf, centreY, rightOf, rowsOf, unionOf } from "./boxes.ts";
import { findStamp } from "./find-stamp.ts";
import { findPairedTable } from "./paired-rows.ts";

/**
 * Text and solids of one column, from top to bottom, with the tables among its lines. A solid comes behind the lines that
 * stand beside it on its left. `levels`: the level ruling lines of the page.
 */
export function columnBlocks(pieces: readonly Box[], solids: readonly Solid[], levels: readonly Rule[]): Block[] {
  const blocks: Block[] = [];
  let rest = [...pieces];
  for (const solid of solids.toSorted((a, b) => a.box.top - b.box.top)) {
    const before = linesBefore(rest, solid.box);
    blocks.push(...freeBlocks(before, levels), ...solid.blocks);
    rest = rest.filter((piece) => !before.includes(piece));
  }
  return [...blocks, ...freeBlocks(rest, levels)];
}

/** Lines follow each other at no more than so many heights. */
const nextLineShare = 1.3;

/** What stands above, and what stands on the left with the lines that go on there below the solid. */
function linesBefore(pieces: readonly Box[], solid: Box): Box[] {
  const before: Box[] = [];
  let lowest: Box | undefined;
  for (const row of rowsOf(pieces)) {
    const box = unionOf(row);
    const isLeft = rightOf(box) <= solid.left + box.height;
    const goesOn = lowest !== undefined && box.top - bottomOf(lowest) < nextLineShare * box.height;
    const left = row.filter((piece) => rightOf(piece) <= solid.left + piece.height);
    if (centreY(box) < solid.top) before.push(...row);
    else if (centreY(box) < bottomOf(solid) && left.length > 0) {
      before.push(...left);
      lowest = unionOf(left);
    } else if (isLeft && goesOn) {
      before.push(...row);
      lowest = box;
    } else if (centreY(box) >= bottomOf(solid)) break;
  }
  return before;
}

function freeBlocks(pieces: readonly Box[], levels: readonly Rule[]): Block[] {
  const rows = rowsOf(pieces);
  const blocks: Block[] = [];
  let from = 0;
  for (
    let table = findAlignedTable(rows, 0, levels);
    table !== undefined;
    table = findAlignedTable(rows, from, levels)
  ) {
    blocks.push(...linesWithStamps(rows.slice(from, table.from).flat(), levels), {
      kind: "table",
      rows: table.rows,
      doubtful: table.doubtful,
    });
    from = table.to;
  }
  return [...blocks, ...linesWithStamps(rows.slice(from).flat(), levels)];
}

/** A stamp without a frame comes behind the lines that it stands beside, as one with a frame does. */
function linesWithStamps(pieces: readonly Box[], levels: readonly Rule[]): Block[] {
  const paired = findPairedTable(pieces);
  if (paired !== undefined) {
    const { above, rows, below } = paired;
    return [
      ...linesWithStamps(above, levels),
      { kind: "table", rows, doubtful: [] },
      ...linesWithStamps(below, levels),
    ];
  }
  const stamp = findStamp(pieces);
  if (stamp === undefined) return [{ kind: "lines", lines: rowsOf(pieces).flatMap(apart) }];
  const rest = pieces.filter((piece) => !stamp.includes(piece));
  return columnBlocks(rest, [{ box: unionOf(stamp), blocks: [{ kind: "lines", lines: rowsOf(stamp) }] }], levels);
}

/** What stands so many heights apart are notes of their own, as on a drawing, and no label with its value. */
const apartShare = 15;

function apart(row: readonly Box[]): Box[][] {
  const lines: Box[][] = [];
  for (const piece of row) {
    const line = lines.at(-1);
    const last = line?.at(-1);
    if (line !== undefined && last !== undefined && piece.left - rightOf(last) < apartShare * piece.height)
      line.push(piece);
    else lines.push([piece]);
  }
  return lines;
}
