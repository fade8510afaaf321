import type { Box } from "../picture/ink.ts";
import type { Rule } from "../picture/ruling-lines.ts";
import type { Block, Solid } from "./block.ts";
import { areLevel, centreX, centreY, rightOf, rowsOf, unionOf } from "./boxes.ts";
import { columnBlocks } from "./column-blocks.ts";
import { findGutter } from "./gutter.ts";
import { pairedRows } from "./paired-rows.ts";

/** Columns within columns are looked for no deeper. */
const maxDepth = 4;

/** Text and solids of a part of the page: column after column where there are several, and what reaches across between them. */
export function regionBlocks(
  pieces: readonly Box[],
  solids: readonly Solid[],
  levels: readonly Rule[],
  depth = 0,
): Block[] {
  const gutter = depth < maxDepth ? findGutter(pieces) : undefined;
  if (gutter === undefined) return columnBlocks(pieces, solids, levels);
  return bandsOf(pieces, solids, gutter).flatMap((band) => {
    if (!band.parted) return regionBlocks(band.pieces, band.solids, levels, depth + 1);
    const [left, right] = sidesOf(band.pieces, gutter);
    const tops = band.solids.length === 0 ? pairedRows(left, right) : undefined;
    if (tops !== undefined) return table(left, right, tops, levels, depth + 1);
    const isLeft = ({ box }: Solid) => centreX(box) < gutter;
    return [
      ...regionBlocks(left, band.solids.filter(isLeft), levels, depth + 1),
      ...regionBlocks(
        right,
        band.solids.filter((solid) => !isLeft(solid)),
        levels,
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
function table(
  left: readonly Box[],
  right: readonly Box[],
  tops: readonly number[],
  levels: readonly Rule[],
  depth: number,
): Block[] {
  const rowOf = (piece: Box) => tops.filter((top) => centreY(piece) > top).length;
  const columns = [left, right].flatMap((side) => columnsOf(side, depth));
  const rows = tops.map((_, row) =>
    columns.map((pieces) => rowsOf(pieces.filter((piece) => rowOf(piece) === row + 1))),
  );
  const above = [...left, ...right].filter((piece) => rowOf(piece) === 0);
  return [...regionBlocks(above, [], levels, depth), { kind: "table", rows, doubtful: [] }];
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
