import { type Box, centreX, unionOf } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import { crosses, findGutter } from "./gutter.ts";
import { rowsOf } from "./rows.ts";
import type { Table } from "./table.ts";

/** What is never cut: a table, or a box on the page with what stands in it. */
export type Solid = { box: Box } & ({ table: Table } | { fragments: Fragment[]; tables: Table[] });

/** A part of the page that is read as a whole, from top to bottom. */
export interface Region {
  box: Box;
  fragments: Fragment[];
  solids: Solid[];
}

/** Columns within columns are looked for no deeper. */
const maxDepth = 8;
/** A line that stands alone above or below columns is apart by so many times its size. */
const headGap = 1.6;

/** A line below both columns stands so many times lower than the next line of a column would. */
const lowerThanNext = 1.3;
const maxCaptionLines = 3;

/**
 * Parts a page into regions in reading order. Where a gutter parts columns of prose, what reaches across it parts the page
 * into bands from top to bottom, and of each band the left column is read before the right one.
 */
export function regionsOf(fragments: readonly Fragment[], solids: readonly Solid[], depth = 0): Region[] {
  const gutter = depth < maxDepth ? findGutter(fragments) : undefined;
  if (gutter === undefined) return fragments.length + solids.length === 0 ? [] : [regionOf(fragments, solids)];
  const bands = bandsOf(fragments, solids, gutter);
  return bands.flatMap((band) => {
    // Elsewhere on the page other columns may stand.
    if (!band.columns) return regionsOf(band.fragments, band.solids, bands.length === 1 ? maxDepth : depth + 1);
    const side = (isHere: (item: { box: Box }) => boolean) =>
      regionsOf(band.fragments.filter(isHere), band.solids.filter(isHere), depth + 1);
    return [...side(({ box }) => centreX(box) < gutter), ...side(({ box }) => centreX(box) >= gutter)];
  });
}

function regionOf(fragments: readonly Fragment[], solids: readonly Solid[]): Region {
  const boxes = [...fragments, ...solids].map(({ box }) => box);
  return { box: unionOf(boxes), fragments: [...fragments], solids: [...solids] };
}

interface Band {
  columns: boolean;
  fragments: Fragment[];
  solids: Solid[];
}

interface Strip {
  top: number;
  bottom: number;
  /** Whether it stands on both sides of the gutter and not across; undefined where it is on one side only. */
  columns: boolean | undefined;
  oneSided: boolean;
  fragments: Fragment[];
  solids: Solid[];
}

/** From top to bottom: lines on both sides of the gutter, and what reaches across. */
function bandsOf(fragments: readonly Fragment[], solids: readonly Solid[], gutter: number): Band[] {
  const rows = rowsOf(fragments).map((row): Strip => {
    const [, top, , bottom] = unionOf(row.map(({ box }) => box));
    const columns = columnsOf(row, gutter);
    return { top, bottom, columns, oneSided: columns === undefined, fragments: row, solids: [] };
  });
  partHeads(rows, gutter);
  const strips = [...rows, ...solids.map((solid) => stripOf(solid, gutter))].sort(
    (a, b) => a.top + a.bottom - b.top - b.bottom,
  );
  decideOneSided(strips, gutter);
  const bands: Band[] = [];
  for (const strip of strips) {
    const columns = strip.columns ?? true;
    let band = bands.at(-1);
    if (band === undefined || band.columns !== columns) {
      band = { columns, fragments: [], solids: [] };
      bands.push(band);
    }
    band.fragments.push(...strip.fragments);
    band.solids.push(...strip.solids);
  }
  return bands;
}

/** What stands on one side only belongs to what it is nearer to, above or below: parted where the white space is highest. */
function decideOneSided(strips: readonly Strip[], gutter: number): void {
  for (let from = 0; from < strips.length; from += 1) {
    if (strips[from]?.columns !== undefined) continue;
    let to = from;
    while (to < strips.length && strips[to]?.columns === undefined) to += 1;
    if (standOnBothSides(strips.slice(from, to), gutter)) {
      for (const strip of strips.slice(from, to)) strip.columns = true;
      from = to;
      continue;
    }
    const above = strips[from - 1]?.columns ?? strips[to]?.columns;
    const below = strips[to]?.columns ?? above;
    const caption = to - from <= maxCaptionLines && (strips[to]?.solids.length ?? 0) > 0 && endsBoth(strips, from);
    let [parting, widest] = caption ? [from, Infinity] : [to, -Infinity];
    for (let at = from; at <= to && above !== below; at += 1) {
      const gap = (strips[at]?.top ?? Infinity) - (strips[at - 1]?.bottom ?? -Infinity);
      if (gap > widest) [parting, widest] = [at, gap];
    }
    strips.slice(from, to).forEach((strip, at) => {
      strip.columns = from + at < parting ? above : below;
    });
    from = to;
  }
}

/** Whether columns stand here whose lines have different places. */
const standOnBothSides = (strips: readonly Strip[], gutter: number) =>
  new Set(strips.flatMap(({ fragments }) => fragments).map(({ box }) => centreX(box) < gutter)).size === 2;

/** Whether both columns end above this, which then belongs to neither: it stands lower than the next line would. */
function endsBoth(strips: readonly Strip[], at: number): boolean {
  const [before, last, next] = [strips[at - 2], strips[at - 1], strips[at]];
  if (before?.columns !== true || last?.columns !== true || next === undefined || last.oneSided) return false;
  return next.top - last.top > lowerThanNext * (last.top - before.top);
}

function columnsOf(row: readonly Fragment[], gutter: number): boolean | undefined {
  if (row.some((fragment) => crosses(fragment, gutter))) return false;
  return new Set(row.map(({ box }) => centreX(box) < gutter)).size === 2 ? true : undefined;
}

const stripOf = (solid: Solid, gutter: number): Strip => ({
  top: solid.box[1],
  bottom: solid.box[3],
  columns: crosses(solid, gutter) ? false : undefined,
  oneSided: !crosses(solid, gutter),
  fragments: [],
  solids: [solid],
});

/** Running heads and page numbers stand on both sides of the gutter and belong to neither column. */
function partHeads(rows: readonly Strip[], gutter: number): void {
  const ends = [
    [rows[0], rows[1]],
    [rows.at(-1), rows.at(-2)],
  ] as const;
  for (const [end, next] of ends) {
    if (end === undefined || next === undefined) continue;
    const size = Math.max(...end.fragments.map((fragment) => fragment.size));
    const both = [true, false].every((left) => end.fragments.some(({ box }) => centreX(box) < gutter === left));
    if (both && Math.abs(next.top - end.top) > headGap * size) end.columns = false;
  }
}
