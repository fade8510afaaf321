import { cellLevels } from "./cell-levels.ts";
import { darkThreshold } from "./dark-threshold.ts";
import type { GreyImage } from "./grey-image.ts";
import { edgedShareOutside, fills, isSheet } from "./judge-corners.ts";
import type { Corners, Point } from "./perspective.ts";
import { cornersOfSheet } from "./sheet-corners.ts";

/** Cells along the longer side of the picture in which the sheet is looked for. */
const cellsAlong = 240;
/** Shares of the picture: the sheet is this large at least, and leaves so much beside it, or there is nothing to do. */
const minSheetShare = 0.3;
const minRestShare = 0.04;
/** What lies beside a sheet is a table and no print: the share of its cells with a strong edge. */
const maxEdgedShare = 0.03;

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
  const corners = cornersOfSheet(sheet, cells);
  if (corners === undefined || !isSheet(corners) || !fills(sheet, cells.width, corners)) return undefined;
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
function lightestOfCells(image: GreyImage, cellPx: number): GreyImage {
  const [width, height] = [Math.floor(image.width / cellPx), Math.floor(image.height / cellPx)];
  return { width, height, data: cellLevels(image, cellPx, { columns: width, rows: height }, (pixels) => pixels / 4) };
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

const count = (cells: Uint8Array) => cells.reduce((sum, cell) => sum + cell, 0);
