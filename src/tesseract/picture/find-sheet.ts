import { darkThreshold } from "./dark-threshold.ts";
import type { GreyImage } from "./grey-image.ts";
import { type Corners, distance, type Point } from "./perspective.ts";

/** Cells along the longer side of the picture in which the sheet is looked for. */
const cellsAlong = 240;
/** Shares of the picture: the sheet is this large at least, and leaves so much beside it, or there is nothing to do. */
const minSheetShare = 0.3;
const minRestShare = 0.04;
/** The sheet fills its four corners so far, and no more of it lies outside of them. */
const minFill = 0.93;
const maxOutside = 0.02;
/** A side is straight when most of its cells are no farther from its line. */
const maxBendCells = 1;
/** More of a side on the edge of the picture than this is a sheet that goes on beyond it. */
const maxCutShare = 0.2;
/** Opposite sides of a sheet seen askew differ in length by no more than this, and corners are between 60 and 120 degrees. */
const maxSideRatio = 1.6;
const maxCornerCosine = 0.5;
/** What lies beside a sheet is a table and no print: the share of its cells with a strong edge. */
const maxEdgedShare = 0.03;
const strongEdge = 48;

/**
 * The corners of a light sheet that lies on something darker, as a telephone photographs it; undefined where there are
 * not four straight sides that can all be seen, or where there may be print beside the sheet.
 */
export function findSheet(image: GreyImage): Corners | undefined {
  const cellPx = Math.max(2, Math.round(Math.max(image.width, image.height) / cellsAlong));
  const cells = lightestOfCells(image, cellPx);
  const threshold = darkThreshold(cells);
  if (threshold === 0) return undefined;
  const sheet = withWhatItSurrounds(largestLightPart(cells, threshold), cells.width);
  const area = count(sheet);
  const total = sheet.length;
  if (area < minSheetShare * total || area > (1 - minRestShare) * total) return undefined;
  const sides = sidesOf(sheet, cells);
  if (sides === undefined) return undefined;
  const corners = cornersOf(sides);
  if (!isSheet(corners) || !fills(sheet, cells, corners, area)) return undefined;
  if (edgedShareOutside(image, cellPx, cells, corners) > maxEdgedShare) return undefined;
  const scaled = ({ x, y }: Point): Point => ({ x: x * cellPx, y: y * cellPx });
  return {
    topLeft: scaled(corners.topLeft),
    topRight: scaled(corners.topRight),
    bottomRight: scaled(corners.bottomRight),
    bottomLeft: scaled(corners.bottomLeft),
  };
}

/** A picture with a pixel for each cell: the level that a quarter of its pixels exceed, which is paper also under print. */
function lightestOfCells({ width, height, data }: GreyImage, cellPx: number): GreyImage {
  const [columns, rows] = [Math.floor(width / cellPx), Math.floor(height / cellPx)];
  const cells = new Uint8Array(columns * rows);
  const levels = new Uint8Array(cellPx * cellPx);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let y = 0; y < cellPx; y++) {
        const from = (row * cellPx + y) * width + column * cellPx;
        levels.set(data.subarray(from, from + cellPx), y * cellPx);
      }
      levels.sort();
      cells[row * columns + column] = levels[Math.floor(0.75 * levels.length)] ?? 255;
    }
  }
  return { width: columns, height: rows, data: cells };
}

/** 1 for the cells of the largest part of light cells that hang together, by their sides. */
function largestLightPart({ width, height, data }: GreyImage, threshold: number): Uint8Array {
  const open = Uint8Array.from(data, (level) => (level >= threshold ? 1 : 0));
  let largest: number[] = [];
  for (let start = 0; start < open.length; start++) {
    if (open[start] !== 1) continue;
    const part = [start];
    open[start] = 0;
    for (let next = 0; next < part.length; next++) {
      const cell = part[next] ?? 0;
      const column = cell % width;
      const beside = [
        column > 0 ? cell - 1 : -1,
        column < width - 1 ? cell + 1 : -1,
        cell - width,
        cell + width < width * height ? cell + width : -1,
      ];
      for (const neighbour of beside) {
        if (neighbour < 0 || open[neighbour] !== 1) continue;
        open[neighbour] = 0;
        part.push(neighbour);
      }
    }
    if (part.length > largest.length) largest = part;
  }
  const sheet = new Uint8Array(open.length);
  for (const cell of largest) sheet[cell] = 1;
  return sheet;
}

/** Each row filled from its first cell to its last: print and pictures are dark and belong to the sheet. */
function withWhatItSurrounds(sheet: Uint8Array, width: number): Uint8Array {
  const filled = sheet.slice();
  for (let from = 0; from < sheet.length; from += width) {
    const row = sheet.subarray(from, from + width);
    const first = row.indexOf(1);
    if (first >= 0) filled.fill(1, from + first, from + row.lastIndexOf(1) + 1);
  }
  return filled;
}

/** A line that is nearly level (y from x) or nearly upright (x from y): other = start + slope × along. */
interface Line {
  start: number;
  slope: number;
}

interface Sides {
  left: Line;
  right: Line;
  top: Line;
  bottom: Line;
}

function sidesOf(sheet: Uint8Array, { width, height }: GreyImage): Sides | undefined {
  const cornersBySum = extremes(sheet, width);
  if (cornersBySum === undefined) return undefined;
  const { topLeft, topRight, bottomRight, bottomLeft } = cornersBySum;
  const inRow = (y: number, fromRight: boolean) => outermost(width, fromRight, (x) => sheet[y * width + x] === 1);
  const inColumn = (x: number, fromBottom: boolean) => outermost(height, fromBottom, (y) => sheet[y * width + x] === 1);
  const left = sideThrough(topLeft.y, bottomLeft.y, width, (y) => inRow(y, false));
  const right = sideThrough(topRight.y, bottomRight.y, width, (y) => inRow(y, true));
  const top = sideThrough(topLeft.x, topRight.x, height, (x) => inColumn(x, false));
  const bottom = sideThrough(bottomLeft.x, bottomRight.x, height, (x) => inColumn(x, true));
  if (left === undefined || right === undefined || top === undefined || bottom === undefined) return undefined;
  return { left, right, top, bottom };
}

/** The cells that lie farthest towards the corners of the picture. */
function extremes(sheet: Uint8Array, width: number): Corners | undefined {
  let found: { topLeft: Point; topRight: Point; bottomRight: Point; bottomLeft: Point } | undefined;
  for (let cell = 0; cell < sheet.length; cell++) {
    if (sheet[cell] !== 1) continue;
    const at = { x: cell % width, y: Math.floor(cell / width) };
    found ??= { topLeft: at, topRight: at, bottomRight: at, bottomLeft: at };
    if (at.x + at.y < found.topLeft.x + found.topLeft.y) found.topLeft = at;
    if (at.x + at.y > found.bottomRight.x + found.bottomRight.y) found.bottomRight = at;
    if (at.x - at.y > found.topRight.x - found.topRight.y) found.topRight = at;
    if (at.x - at.y < found.bottomLeft.x - found.bottomLeft.y) found.bottomLeft = at;
  }
  return found;
}

function outermost(length: number, fromEnd: boolean, isSheet: (at: number) => boolean): number | undefined {
  for (let step = 0; step < length; step++) {
    const at = fromEnd ? length - 1 - step : step;
    // The edge of the sheet is the far side of its cell.
    if (isSheet(at)) return fromEnd ? at + 1 : at;
  }
  return undefined;
}

/** The line through the edge of the sheet between two corners; undefined where that is bent, or the edge of the picture. */
function sideThrough(
  from: number,
  to: number,
  across: number,
  edgeAt: (along: number) => number | undefined,
): Line | undefined {
  const margin = Math.ceil(0.06 * (to - from));
  const points: Point[] = [];
  for (let along = from + margin; along <= to - margin; along++) {
    const edge = edgeAt(along);
    if (edge !== undefined) points.push({ x: along + 0.5, y: edge });
  }
  if (points.length < 8) return undefined;
  const cut = points.filter(({ y }) => y <= 0 || y >= across).length;
  if (cut > maxCutShare * points.length) return undefined;
  const far =
    (line: Line) =>
    ({ x, y }: Point) =>
      Math.abs(y - line.start - line.slope * x);
  const first = fitted(points);
  const limit = quantile(points.map(far(first)), 0.8);
  const line = fitted(points.filter((point) => far(first)(point) <= limit));
  return quantile(points.map(far(line)), 0.8) <= maxBendCells ? line : undefined;
}

/** Least squares. */
function fitted(points: readonly Point[]): Line {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / Math.max(1, spread);
  return { start: meanY - slope * meanX, slope };
}

function cornersOf({ left, right, top, bottom }: Sides): Corners {
  const meet = (level: Line, upright: Line): Point => {
    const x = (upright.start + upright.slope * level.start) / (1 - upright.slope * level.slope);
    return { x, y: level.start + level.slope * x };
  };
  return {
    topLeft: meet(top, left),
    topRight: meet(top, right),
    bottomRight: meet(bottom, right),
    bottomLeft: meet(bottom, left),
  };
}

function isSheet({ topLeft, topRight, bottomRight, bottomLeft }: Corners): boolean {
  const around = [topLeft, topRight, bottomRight, bottomLeft];
  const lengths = around.map((corner, at) => distance(corner, around[(at + 1) % 4] ?? corner));
  const isAlike = (one: number, other: number) => Math.max(one, other) <= maxSideRatio * Math.min(one, other);
  const [top = 0, right = 0, bottom = 0, left = 0] = lengths;
  return (
    isAlike(top, bottom) &&
    isAlike(left, right) &&
    around.every((corner, at) => {
      const [before, after] = [around[(at + 3) % 4] ?? corner, around[(at + 1) % 4] ?? corner];
      const product = (before.x - corner.x) * (after.x - corner.x) + (before.y - corner.y) * (after.y - corner.y);
      return Math.abs(product) <= maxCornerCosine * distance(corner, before) * distance(corner, after);
    })
  );
}

function fills(sheet: Uint8Array, { width }: GreyImage, corners: Corners, area: number): boolean {
  let inside = 0;
  let light = 0;
  for (let cell = 0; cell < sheet.length; cell++) {
    if (!isInside(corners, (cell % width) + 0.5, Math.floor(cell / width) + 0.5, 0)) continue;
    inside++;
    if (sheet[cell] === 1) light++;
  }
  return light >= minFill * inside && area - light <= maxOutside * area;
}

/** Whether a point lies within the corners, or not farther outside than this. */
function isInside(
  { topLeft, topRight, bottomRight, bottomLeft }: Corners,
  x: number,
  y: number,
  margin: number,
): boolean {
  const around = [topLeft, topRight, bottomRight, bottomLeft];
  return around.every((from, at) => {
    const to = around[(at + 1) % 4] ?? from;
    const cross = (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
    return cross >= -margin * distance(from, to);
  });
}

/** The share of the cells beside the sheet, a little away from it, in which light and dark lie close together. */
function edgedShareOutside({ width, data }: GreyImage, cellPx: number, cells: GreyImage, corners: Corners): number {
  let outside = 0;
  let edged = 0;
  for (let cell = 0; cell < cells.data.length; cell++) {
    const [column, row] = [cell % cells.width, Math.floor(cell / cells.width)];
    if (isInside(corners, column + 0.5, row + 0.5, 3)) continue;
    outside++;
    let [least, most] = [255, 0];
    for (let y = row * cellPx; y < (row + 1) * cellPx; y++) {
      for (let x = column * cellPx; x < (column + 1) * cellPx; x++) {
        const level = data[y * width + x] ?? 0;
        [least, most] = [Math.min(least, level), Math.max(most, level)];
      }
    }
    if (most - least > strongEdge) edged++;
  }
  return outside === 0 ? 0 : edged / outside;
}

const count = (cells: Uint8Array) => cells.reduce((sum, cell) => sum + cell, 0);
const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0;
