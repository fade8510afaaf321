import { crossedBlobs, type Rectangle } from "./crossed-blobs.ts";
import { type CrossedText, type Crossing, type PlacedTile, placeCrossing } from "./crossings.ts";
import { cell, type DrawnCells } from "./drawn-cells.ts";
import { cheapestSeam } from "./seam.ts";
import { type Range, seamZones } from "./seam-zones.ts";
import type { Tile } from "./tile.ts";

export interface TileGrid {
  /** Those with something on them, in reading order: row by row, from left to right. The last holds the title block. */
  tiles: Tile[];
  crossings: Crossing[];
}

/** With less on it than this a piece is blank. */
const leastDrawn = 4;

interface Band {
  rows: Range;
  /** First row seen, and first not seen any more, for each column of the page. */
  top: Int32Array;
  bottom: Int32Array;
}

/**
 * Cuts a page into pieces of at most `pieceCells` cells a side, first into rows and then each row by itself. Neighbours
 * may reach so far into each other that the cut between them finds its way around what is drawn; what it must cross is
 * seen by both.
 */
export function cutIntoTiles(cells: DrawnCells, pieceCells: number): TileGrid {
  const { width, height } = cells;
  const everything: Band = {
    rows: { from: 0, to: height },
    top: new Int32Array(width),
    bottom: new Int32Array(width).fill(height),
  };
  const extent = drawnExtent(cells, everything);
  if (extent === undefined) return { tiles: [], crossings: [] };
  const { bands, crossed } = cutRows(cells, extent, pieceCells);
  const placed: PlacedTile[] = [];
  const crossings: CrossedText[] = crossed;
  for (const [index, band] of bands.entries()) {
    const row = cutBand(cells, band, pieceCells);
    placed.push(...row.tiles.map((tile) => ({ tile, band: index })));
    crossings.push(...row.crossed.map((blob) => ({ blob, bands: [index, index] as const, sideways: true })));
  }
  const tiles = placed.map(({ tile }) => tile);
  return { tiles, crossings: crossings.flatMap((crossing) => placeCrossing(crossing, placed)) };
}

function cutRows({ width, height, kinds }: DrawnCells, extent: Rectangle, piece: number) {
  const bands: Band[] = [];
  const crossed: CrossedText[] = [];
  const zones = seamZones({ from: extent.top, to: extent.bottom }, piece);
  let top: Int32Array = new Int32Array(width).fill(extent.top);
  let firstRow = extent.top;
  for (const [index, zone] of zones.entries()) {
    const seam = cheapestSeam({
      length: width,
      width: zone.to - zone.from,
      kindAt: (along, across) => kinds[(zone.from + across) * width + along] ?? 0,
    });
    const boundary = seam.boundary.map((across) => across + zone.from);
    const [bottom, nextTop] = [boundary.slice(), boundary.slice()];
    const start = seam.crossed.map(({ along, across }) => ({ x: along, y: across + zone.from }));
    const within = { left: 0, top: zone.from, right: width, bottom: zone.to };
    for (const blob of crossedBlobs({ width, kindAt: (x, y) => kinds[y * width + x] ?? 0 }, start, within)) {
      crossed.push({ blob, bands: [index, index + 1], sideways: false });
      for (let x = blob.left; x < blob.right; x += 1) {
        bottom[x] = Math.max(bottom[x] ?? 0, blob.bottom);
        nextTop[x] = Math.min(nextTop[x] ?? height, blob.top);
      }
    }
    bands.push({ rows: { from: firstRow, to: zone.to }, top, bottom });
    top = nextTop;
    firstRow = zone.from;
  }
  bands.push({ rows: { from: firstRow, to: extent.bottom }, top, bottom: new Int32Array(width).fill(extent.bottom) });
  return { bands, crossed };
}

function cutBand(cells: DrawnCells, band: Band, piece: number): { tiles: Tile[]; crossed: Rectangle[] } {
  const { width, kinds } = cells;
  const extent = drawnExtent(cells, band);
  if (extent === undefined) return { tiles: [], crossed: [] };
  const rows = extent.bottom - extent.top;
  const kindAt = (x: number, y: number) =>
    y >= (band.top[x] ?? 0) && y < (band.bottom[x] ?? 0) ? (kinds[y * width + x] ?? 0) : cell.blank;
  const tiles: Tile[] = [];
  const crossed: Rectangle[] = [];
  let left = new Int32Array(rows).fill(extent.left);
  const finish = (right: Int32Array) => {
    const tile = tileOf(band, extent, left, right);
    tile.drawnCells = countDrawn(tile, kindAt);
    if (tile.drawnCells >= leastDrawn) tiles.push(tile);
  };
  for (const zone of seamZones({ from: extent.left, to: extent.right }, piece)) {
    const seam = cheapestSeam({
      length: rows,
      width: zone.to - zone.from,
      kindAt: (along, across) => kindAt(zone.from + across, extent.top + along),
    });
    const boundary = seam.boundary.map((across) => across + zone.from);
    const [right, nextLeft] = [boundary.slice(), boundary.slice()];
    const start = seam.crossed.map(({ along, across }) => ({ x: zone.from + across, y: extent.top + along }));
    const within = { left: zone.from, top: extent.top, right: zone.to, bottom: extent.bottom };
    for (const blob of crossedBlobs({ width, kindAt }, start, within)) {
      crossed.push(blob);
      for (let y = blob.top; y < blob.bottom; y += 1) {
        const row = y - extent.top;
        right[row] = Math.max(right[row] ?? 0, blob.right);
        nextLeft[row] = Math.min(nextLeft[row] ?? width, blob.left);
      }
    }
    finish(right);
    left = nextLeft;
  }
  finish(new Int32Array(rows).fill(extent.right));
  return { tiles, crossed };
}

/** The rectangle around all that is drawn in a band; undefined where that is nothing. */
function drawnExtent({ width, kinds }: DrawnCells, { rows, top, bottom }: Band): Rectangle | undefined {
  const extent = { left: width, top: rows.to, right: 0, bottom: rows.from };
  for (let y = rows.from; y < rows.to; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!isDrawn(kinds[y * width + x]) || y < (top[x] ?? 0) || y >= (bottom[x] ?? 0)) continue;
      if (x < extent.left) extent.left = x;
      if (x >= extent.right) extent.right = x + 1;
      if (y < extent.top) extent.top = y;
      extent.bottom = y + 1;
    }
  }
  return extent.right === 0 ? undefined : extent;
}

const isDrawn = (kind: number | undefined) => kind === cell.letter || kind === cell.figure || kind === cell.rule;

function tileOf(band: Band, extent: Rectangle, leftOfRows: Int32Array, rightOfRows: Int32Array): Tile {
  const left = leftOfRows.reduce((least, x) => Math.min(least, x), extent.right);
  const right = rightOfRows.reduce((most, x) => Math.max(most, x), extent.left);
  return {
    left,
    top: extent.top,
    width: right - left,
    height: extent.bottom - extent.top,
    leftEdge: Array.from(leftOfRows),
    rightEdge: Array.from(rightOfRows),
    topEdge: Array.from(band.top.subarray(left, right)),
    bottomEdge: Array.from(band.bottom.subarray(left, right)),
    drawnCells: 0,
  };
}

/** Cells with something to read; rules and frames alone are nothing. */
function countDrawn(tile: Tile, kindAt: (x: number, y: number) => number): number {
  let drawn = 0;
  for (let row = 0; row < tile.height; row += 1) {
    const [from, to] = [tile.leftEdge[row] ?? 0, tile.rightEdge[row] ?? 0];
    for (let x = from; x < to; x += 1) {
      const kind = kindAt(x, tile.top + row);
      if (kind === cell.letter || kind === cell.figure) drawn += 1;
    }
  }
  return drawn;
}
