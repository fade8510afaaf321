import { type CellGrid, levelsOfCells, meanAround, quantileOf, withGrid } from "./cell-grid.ts";
import type { GreyImage } from "./grey-image.ts";

/** Levels by which the paper changes at most from one cell to the next, as light does; a coloured ground has an edge. */
const maxStep = 10;
/** Share of the page that its paper takes at least. */
const minShare = 0.4;

/** The paper of a page: the level of each cell, and which cells are paper. */
export interface Paper {
  levels: CellGrid;
  isPaper: Uint8Array;
}

/**
 * The largest part of the page whose level changes nowhere suddenly: what print, pictures, and coloured grounds stand on,
 * also where a shadow falls on it. Undefined where no part is large enough.
 */
export function paperOf(image: GreyImage): Paper | undefined {
  const levels = levelsOfCells(image, 0.5);
  const cells = levels.values.length;
  const seen = new Uint8Array(cells);
  let largest: number[] = [];
  for (let start = 0; start < cells; start++) {
    if (seen[start] === 1) continue;
    const part = [start];
    seen[start] = 1;
    for (let next = 0; next < part.length; next++) {
      const cell = part[next] ?? 0;
      for (const beside of besides(levels, cell)) {
        if (seen[beside] === 1) continue;
        if (Math.abs((levels.values[cell] ?? 0) - (levels.values[beside] ?? 0)) > maxStep) continue;
        seen[beside] = 1;
        part.push(beside);
      }
    }
    if (part.length > largest.length) largest = part;
  }
  if (largest.length < minShare * cells) return undefined;
  const isPaper = new Uint8Array(cells);
  for (const cell of largest) isPaper[cell] = 1;
  return { levels, isPaper };
}

/** A paper that differs less than this between its darkest and its lightest part is evenly lit: a scanner's. */
const evenSpread = 24;
/** Where it is darker than this no light falls on it. */
const darkestPaper = 40;

/**
 * Divides the picture by the light that falls on its paper, so that a coloured ground has one level from end to end. An
 * evenly lit page is returned as it is.
 */
export function levelLight(image: GreyImage, paper: Paper | undefined = paperOf(image)): GreyImage {
  if (paper === undefined) return image;
  const light = meanAround(filled(paper), 1);
  if (quantileOf(light, 0.98) - quantileOf(light, 0.02) < evenSpread || quantileOf(light, 0.02) < darkestPaper)
    return image;
  return withGrid(image, light, (level, white) => Math.min(255, (level * 255) / white));
}

/** The level of the paper in each cell; under what stands on it the mean of the nearest paper, from its edges inwards. */
function filled({ levels, isPaper }: Paper): CellGrid {
  const values = levels.values.slice();
  const known = isPaper.slice();
  const knownBeside = (cell: number) => besides(levels, cell).filter((beside) => known[beside] === 1);
  let edge = Array.from(known.keys()).filter((cell) => known[cell] === 0 && knownBeside(cell).length > 0);
  while (edge.length > 0) {
    const found = edge.map((cell) => {
      const around = knownBeside(cell);
      return { cell, level: around.reduce((total, beside) => total + (values[beside] ?? 0), 0) / around.length };
    });
    for (const { cell, level } of found) {
      values[cell] = level;
      known[cell] = 1;
    }
    const further = edge.flatMap((cell) => besides(levels, cell).filter((beside) => known[beside] === 0));
    edge = [...new Set(further)];
  }
  return { ...levels, values };
}

/** The cells at the sides of a cell. */
function besides({ columns, rows }: CellGrid, cell: number): number[] {
  const column = cell % columns;
  return [
    ...(column > 0 ? [cell - 1] : []),
    ...(column < columns - 1 ? [cell + 1] : []),
    ...(cell >= columns ? [cell - columns] : []),
    ...(cell < (rows - 1) * columns ? [cell + columns] : []),
  ];
}
