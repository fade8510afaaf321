import type { Tile } from "../../pdf/tiles/tile.ts";

/** The warnings of the pieces of a page, equal ones once, each with the pieces that it is about. */
export function tileWarnings(warnings: ReadonlyArray<readonly string[]>): string[] {
  const about = new Map<string, number[]>();
  for (const [index, said] of warnings.entries()) {
    for (const warning of new Set(said)) about.set(warning, [...(about.get(warning) ?? []), index + 1]);
  }
  return [...about].map(([warning, pieces]) => `${namesOf(pieces, warnings.length)}: ${warning}`);
}

function namesOf(pieces: readonly number[], all: number): string {
  if (pieces.length === all) return all === 1 ? "the one piece with print" : `all ${all} pieces`;
  return `${pieces.length === 1 ? "piece" : "pieces"} ${rangesOf(pieces)} of ${all}`;
}

/** `1-3, 7` */
function rangesOf(numbers: readonly number[]): string {
  const ranges: Array<[number, number]> = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

const hasTable = (text: string) => /<table[\s>]|^\s*\|.*\|\s*$/m.test(text);

/** A sentence for each two pieces side by side that hold tables: they may be parts of one, and are not joined. */
export function neighbouringTables(texts: readonly string[], tiles: readonly Tile[]): string[] {
  const withTable = tiles.flatMap((tile, index) => (hasTable(texts[index] ?? "") ? [{ tile, index }] : []));
  return withTable.flatMap(({ tile, index }, position) =>
    withTable
      .slice(position + 1)
      .filter((other) => touch(tile, other.tile))
      .map(
        (other) =>
          `the tables in pieces ${index + 1} and ${other.index + 1} may be parts of one that the cut crosses; they are not joined`,
      ),
  );
}

/** Cells; a cut may lie in a blank strip. */
const touchingCells = 4;

const touch = (one: Tile, other: Tile) =>
  one.left < other.left + other.width + touchingCells &&
  other.left < one.left + one.width + touchingCells &&
  one.top < other.top + other.height + touchingCells &&
  other.top < one.top + one.height + touchingCells;
