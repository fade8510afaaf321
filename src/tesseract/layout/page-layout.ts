import type { Box } from "../picture/ink.ts";
import type { Rules } from "../picture/ruling-lines.ts";
import type { Block, Solid } from "./block.ts";
import { rowsOf, unionOf } from "./boxes.ts";
import { type Cell, cellGroups } from "./cells.ts";
import { gridsOf, withoutTaken } from "./joined-grids.ts";
import { regionBlocks } from "./region-blocks.ts";

/** The parts of a page in reading order, from the pieces of lines and the ruling lines on it. */
export function layoutOf(pieces: readonly Box[], rules: Rules, page: { width: number; height: number }): Block[] {
  const { groups, free } = cellGroups(pieces, rules, page);
  const solids: Solid[] = [];
  let rest = free;
  for (const cells of groups) {
    const joined = gridsOf(cells, rules, rest);
    if (joined === undefined) {
      if (cells.some(({ open }) => open.length === 0)) solids.push(titleBlock(cells, rules));
      else rest = [...rest, ...cells.flatMap((cell) => cell.pieces)];
      continue;
    }
    rest = [...rest, ...joined.left];
    for (const grid of joined.grids) {
      solids.push({ box: grid.box, blocks: [{ kind: "table", rows: grid.rows, doubtful: grid.doubtful }] });
      rest = withoutTaken(rest, grid);
    }
  }
  return united(regionBlocks(rest, solids, rules.horizontal));
}

/** Fields of all widths, read one after the other. */
function titleBlock(cells: readonly Cell[], { horizontal }: Rules): Solid {
  const inOrder = rowsOf(
    cells.map(({ box: { left, top, width, height }, pieces }) => ({ left, top, width, height, pieces })),
  );
  return {
    box: unionOf(cells.map((cell) => cell.box)),
    blocks: inOrder.flat().flatMap((cell) => regionBlocks(cell.pieces, [], horizontal, 1)),
  };
}

/** Lines that follow lines are one part. */
function united(blocks: readonly Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (block.kind === "lines" && block.lines.length === 0) continue;
    if (last?.kind === "lines" && block.kind === "lines") last.lines.push(...block.lines);
    else joined.push(block);
  }
  return joined;
}
