import type { Box } from "../picture/ink.ts";
import type { Rules } from "../picture/ruling-lines.ts";
import { findAlignedTable } from "./aligned-table.ts";
import { areLevel, bottomOf, centreX, centreY, rightOf, rowsOf, unionOf } from "./boxes.ts";
import { type Cell, cellGroups } from "./cells.ts";
import { doubtfulRows } from "./doubtful-rows.ts";
import { findStamp } from "./find-stamp.ts";
import { findGutter } from "./gutter.ts";
import { gridsOf, withoutTaken } from "./joined-grids.ts";
import { findPairedTable, pairedRows } from "./paired-rows.ts";

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

/** Columns within columns are looked for no deeper. */
const maxDepth = 4;

type Solid = { box: Box; blocks: Block[] };

/** The parts of a page in reading order, from the pieces of lines and the ruling lines on it. */
export function layoutOf(pieces: readonly Box[], rules: Rules, page: { width: number; height: number }): Block[] {
  const { groups, free } = cellGroups(pieces, rules, page);
  const solids: Solid[] = [];
  let rest = free;
  for (const cells of groups) {
    const joined = gridsOf(cells, rules, rest);
    if (joined === undefined) {
      if (cells.some(({ open }) => open.length === 0)) solids.push(titleBlock(cells));
      else rest = [...rest, ...cells.flatMap((cell) => cell.pieces)];
      continue;
    }
    rest = [...rest, ...joined.left];
    for (const grid of joined.grids) {
      solids.push({ box: grid.box, blocks: [{ kind: "table", rows: grid.rows, doubtful: grid.doubtful }] });
      rest = withoutTaken(rest, grid);
    }
  }
  return united(regions(rest, solids, 0));
}

/** Fields of all widths, read one after the other. */
function titleBlock(cells: readonly Cell[]): Solid {
  const inOrder = rowsOf(
    cells.map(({ box: { left, top, width, height }, pieces }) => ({ left, top, width, height, pieces })),
  );
  return {
    box: unionOf(cells.map((cell) => cell.box)),
    blocks: inOrder.flat().flatMap((cell) => regions(cell.pieces, [], 1)),
  };
}

function regions(pieces: readonly Box[], solids: readonly Solid[], depth: number): Block[] {
  const gutter = depth < maxDepth ? findGutter(pieces) : undefined;
  if (gutter === undefined) return column(pieces, solids);
  return bandsOf(pieces, solids, gutter).flatMap((band) => {
    if (!band.parted) return regions(band.pieces, band.solids, depth + 1);
    const [left, right] = sidesOf(band.pieces, gutter);
    const tops = band.solids.length === 0 ? pairedRows(left, right) : undefined;
    if (tops !== undefined) return table(left, right, tops, depth + 1);
    const isLeft = ({ box }: Solid) => centreX(box) < gutter;
    return [
      ...regions(left, band.solids.filter(isLeft), depth + 1),
      ...regions(
        right,
        band.solids.filter((solid) => !isLeft(solid)),
        depth + 1,
      ),
    ];
  });
}

const sidesOf = (pieces: readonly Box[], x: number): [left: Box[], right: Box[]] => [
  pieces.filter((piece) => centreX(piece) < x),
  pieces.filter((piece) => centreX(piece) >= x),
];

/** A table whose rows begin at these heights, and what stands above it. */
function table(left: readonly Box[], right: readonly Box[], tops: readonly number[], depth: number): Block[] {
  const rowOf = (piece: Box) => tops.filter((top) => centreY(piece) > top).length;
  const columns = [left, right].flatMap((side) => columnsOf(side, depth));
  const rows = tops.map((_, row) =>
    columns.map((pieces) => rowsOf(pieces.filter((piece) => rowOf(piece) === row + 1))),
  );
  const above = [...left, ...right].filter((piece) => rowOf(piece) === 0);
  return [...regions(above, [], depth), { kind: "table", rows, doubtful: [] }];
}

function columnsOf(pieces: readonly Box[], depth: number): (readonly Box[])[] {
  const gutter = depth < maxDepth ? findGutter(pieces) : undefined;
  return gutter === undefined ? [pieces] : sidesOf(pieces, gutter).flatMap((side) => columnsOf(side, depth + 1));
}

interface Band {
  parted: boolean;
  pieces: Box[];
  solids: Solid[];
}

/** From top to bottom what reaches across the gutter, and what stands beside it. */
function bandsOf(pieces: readonly Box[], solids: readonly Solid[], gutter: number): Band[] {
  const items = [...pieces.map((box) => ({ box, piece: box })), ...solids.map((solid) => ({ box: solid.box, solid }))];
  const crossing = items.filter(({ box }) => box.left < gutter && rightOf(box) > gutter);
  const bands: Band[] = [];
  const add = (parted: boolean, some: typeof items) => {
    if (some.length === 0) return;
    const band: Band = { parted, pieces: [], solids: [] };
    for (const item of some) {
      if ("piece" in item) band.pieces.push(item.piece);
      else band.solids.push(item.solid);
    }
    bands.push(band);
  };
  let left = items.filter((item) => !crossing.includes(item));
  for (const across of rowsOf(crossing.map((item) => ({ ...item.box, item })))) {
    const middle = centreY(unionOf(across));
    const level = left.filter(({ box }) => across.some((one) => areLevel(one, box)));
    add(
      true,
      left.filter((item) => !level.includes(item) && centreY(item.box) < middle),
    );
    add(false, [...across.map(({ item }) => item), ...level]);
    left = left.filter((item) => !level.includes(item) && centreY(item.box) >= middle);
  }
  add(true, left);
  return joinedBands(bands);
}

function joinedBands(bands: readonly Band[]): Band[] {
  const joined: Band[] = [];
  for (const band of bands) {
    const last = joined.at(-1);
    if (last === undefined || last.parted !== band.parted) joined.push({ ...band });
    else {
      last.pieces.push(...band.pieces);
      last.solids.push(...band.solids);
    }
  }
  return joined;
}

/** Text and solids of one column, from top to bottom. A solid comes behind the lines that stand beside it on its left. */
function column(pieces: readonly Box[], solids: readonly Solid[]): Block[] {
  const blocks: Block[] = [];
  let rest = [...pieces];
  for (const solid of solids.toSorted((a, b) => a.box.top - b.box.top)) {
    const before = linesBefore(rest, solid.box);
    blocks.push(...freeBlocks(before), ...solid.blocks);
    rest = rest.filter((piece) => !before.includes(piece));
  }
  return [...blocks, ...freeBlocks(rest)];
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

function freeBlocks(pieces: readonly Box[]): Block[] {
  const rows = rowsOf(pieces);
  const blocks: Block[] = [];
  let from = 0;
  for (let table = findAlignedTable(rows); table !== undefined; table = findAlignedTable(rows, from)) {
    blocks.push(...linesWithStamps(rows.slice(from, table.from).flat()), {
      kind: "table",
      rows: table.rows,
      doubtful: doubtfulRows(table.rows),
    });
    from = table.to;
  }
  return [...blocks, ...linesWithStamps(rows.slice(from).flat())];
}

/** A stamp without a frame comes behind the lines that it stands beside, as one with a frame does. */
function linesWithStamps(pieces: readonly Box[]): Block[] {
  const paired = findPairedTable(pieces);
  if (paired !== undefined) {
    const { above, rows, below } = paired;
    return [...linesWithStamps(above), { kind: "table", rows, doubtful: [] }, ...linesWithStamps(below)];
  }
  const stamp = findStamp(pieces);
  if (stamp === undefined) return [{ kind: "lines", lines: rowsOf(pieces).flatMap(apart) }];
  const rest = pieces.filter((piece) => !stamp.includes(piece));
  return column(rest, [{ box: unionOf(stamp), blocks: [{ kind: "lines", lines: rowsOf(stamp) }] }]);
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
