import type { DrawnCells } from "./drawn-cells.ts";
import { piecesFor } from "./seam-zones.ts";
import { cutIntoTiles, type TileGrid } from "./tile-grid.ts";

/** A page that is read in pieces. */
export interface TilePlan extends TileGrid {
  /** Size of the overview that the pieces are measured in. */
  cellsWide: number;
  cellsHigh: number;
  /** Pixels of the whole page's longer side at the resolution of the pieces. */
  pageLongestPx: number;
  /** Why the page is not read in one picture. */
  reason: string;
  /** Share of the wanted resolution that is left, where there would be too many pieces; else 1. */
  resolutionShare: number;
}

export interface TileWish {
  /** Pixels of the longer side of a piece. */
  pieceLongestPx: number;
  /** Of the whole page, as it would be best. */
  pageLongestPx: number;
  /** At least 1. */
  maxTiles: number;
}

/** The resolution gives way in steps of 7 %. */
const step = 0.93;
/** Beyond so many times too many pieces no blank ones will help. */
const hopelessShare = 3;

/** Cuts a page into at most `maxTiles` pieces that are not blank; beyond, the resolution gives way. */
export function planGrid(cells: DrawnCells, { pieceLongestPx, pageLongestPx, maxTiles }: TileWish) {
  const longestCells = Math.max(cells.width, cells.height);
  for (let share = 1; ; share *= step) {
    // One less, because the cells at both ends are drawn to whole pixels.
    const pieceCells = Math.floor((longestCells * pieceLongestPx) / (pageLongestPx * share)) - 1;
    const count = piecesFor(cells.width, pieceCells) * piecesFor(cells.height, pieceCells);
    if (count > hopelessShare * maxTiles) continue;
    const grid = cutIntoTiles(cells, pieceCells);
    if (grid.tiles.length > maxTiles) continue;
    return { ...grid, pageLongestPx: Math.round(pageLongestPx * share), resolutionShare: share };
  }
}
