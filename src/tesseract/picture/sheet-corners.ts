import type { Corners, Point } from "./perspective.ts";

/** A side is straight when most of its cells are no farther from its line. */
const maxBendCells = 1;
/** More of a side on the edge of the picture than this is a sheet that goes on beyond it. */
const maxCutShare = 0.2;

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

/**
 * Where the four sides of a sheet meet, in cells; undefined where they are not straight, or on the edge of the picture.
 *
 * @param sheet 1 for each of its cells, row by row
 */
export function cornersOfSheet(sheet: Uint8Array, size: { width: number; height: number }): Corners | undefined {
  const sides = sidesOf(sheet, size);
  return sides === undefined ? undefined : cornersOf(sides);
}

function sidesOf(sheet: Uint8Array, { width, height }: { width: number; height: number }): Sides | undefined {
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

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0;
