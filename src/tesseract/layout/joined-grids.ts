import type { Box } from "../picture/ink.ts";
import type { Rules } from "../picture/ruling-lines.ts";
import { rightOf } from "./boxes.ts";
import { type Cell, near } from "./cells.ts";
import { type Grid, gridOf } from "./grid.ts";

/** Tables that share an upright line have so many rows each; a title block is of a few fields. */
const minRows = 3;

/** Tables from left to right, and the pieces of the fields that are in none of them. */
export interface JoinedGrids {
  grids: Grid[];
  left: Box[];
}

/**
 * A group of cells as tables: mostly one; several where an upright line parts tables whose rows are not of one height, or
 * where a frame around them makes a field of what is left; undefined where it is no grid.
 */
export function gridsOf(group: readonly Cell[], rules: Rules, free: readonly Box[] = []): JoinedGrids | undefined {
  const whole = gridOf(group, rules, free);
  if (whole !== undefined) return { grids: [whole], left: [] };
  const isInner = ({ box }: Cell) =>
    group.some(
      (other) => other.box !== box && (near(other.box.left, box.left) || near(rightOf(other.box), rightOf(box))),
    );
  const inner = group.filter(isInner);
  const outer = group.filter((cell) => !isInner(cell)).flatMap(({ pieces }) => pieces);
  const grid = outer.length === 0 ? undefined : gridOf(inner, rules, free);
  const grids = grid === undefined ? besideEachOther(inner, rules, free) : [grid];
  return grids.length === 0 ? undefined : { grids, left: outer };
}

function besideEachOther(group: readonly Cell[], rules: Rules, free: readonly Box[]): Grid[] {
  for (const edge of innerEdges(group)) {
    const left = group.filter(({ box }) => endsBefore(rightOf(box), edge));
    const right = group.filter(({ box }) => endsBefore(edge, box.left));
    if (left.length + right.length < group.length) continue;
    const grid = gridOf(left, rules, free);
    if (grid === undefined || grid.rows.length < minRows) continue;
    const rest = withoutTaken(free, grid);
    const other = gridOf(right, rules, rest);
    const others = other === undefined ? besideEachOther(right, rules, rest) : [other];
    if (others.length > 0 && others.every(({ rows }) => rows.length >= minRows)) return [grid, ...others];
  }
  return [];
}

/** What stands between ruling lines and in no cell, but for what a table has taken. */
export const withoutTaken = (free: readonly Box[], { taken }: Grid): Box[] =>
  free.filter((piece) => !taken.includes(piece));

const endsBefore = (end: number, start: number) => end < start || near(end, start);

function innerEdges(group: readonly Cell[]): number[] {
  const edges: number[] = [];
  for (const { box } of group.toSorted((a, b) => a.box.left - b.box.left))
    if (!edges.some((edge) => near(edge, box.left))) edges.push(box.left);
  return edges.slice(1);
}
