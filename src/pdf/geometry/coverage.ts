/** Affine map [a, b, c, d, e, f]: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type AffineMap = readonly [number, number, number, number, number, number];
/** Left, top, right, bottom. */
export type Box = readonly [number, number, number, number];

/** Cells along each side of the page: 4,096 in all, so a share is right to about 2 % for a picture of any size. */
const cells = 64;

export interface Coverage {
  /** Marks what the unit square covers after the map, inside the clip. */
  addImage(map: AffineMap, clip: Box): void;
  /** Share of the page that is marked, 0 to 1; overlaps count once. */
  share(): number;
}

/** Area of a page that pictures cover, counted on a coarse grid by the centres of its cells. */
export function createCoverage(page: Box): Coverage {
  const marked = new Uint8Array(cells * cells);
  const stepX = (page[2] - page[0]) / cells;
  const stepY = (page[3] - page[1]) / cells;
  return {
    addImage(map, clip) {
      const area = intersection(clip, boundsOf(map));
      const determinant = map[0] * map[3] - map[1] * map[2];
      if (area === undefined || determinant === 0) return;
      const [firstColumn, lastColumn] = span(area[0] - page[0], area[2] - page[0], stepX);
      const [firstRow, lastRow] = span(area[1] - page[1], area[3] - page[1], stepY);
      for (let row = firstRow; row <= lastRow; row += 1) {
        const y = page[1] + (row + 0.5) * stepY - map[5];
        for (let column = firstColumn; column <= lastColumn; column += 1) {
          const x = page[0] + (column + 0.5) * stepX - map[4];
          const u = (x * map[3] - y * map[2]) / determinant;
          const v = (y * map[0] - x * map[1]) / determinant;
          if (u >= 0 && u <= 1 && v >= 0 && v <= 1) marked[row * cells + column] = 1;
        }
      }
    },
    share: () => marked.reduce((sum, cell) => sum + cell, 0) / marked.length,
  };
}

/** What two boxes have in common; `undefined` when they have no area in common. */
export function intersection(one: Box, other: Box): Box | undefined {
  const left = Math.max(one[0], other[0]);
  const top = Math.max(one[1], other[1]);
  const right = Math.min(one[2], other[2]);
  const bottom = Math.min(one[3], other[3]);
  return left < right && top < bottom ? [left, top, right, bottom] : undefined;
}

/** The box around the unit square after the map. */
export function boundsOf([a, b, c, d, e, f]: AffineMap): Box {
  return [
    e + Math.min(0, a) + Math.min(0, c),
    f + Math.min(0, b) + Math.min(0, d),
    e + Math.max(0, a) + Math.max(0, c),
    f + Math.max(0, b) + Math.max(0, d),
  ];
}

/** First and last cell whose centre lies between two distances. */
function span(from: number, to: number, step: number): [number, number] {
  return [Math.max(0, Math.ceil(from / step - 0.5)), Math.min(cells - 1, Math.floor(to / step - 0.5))];
}
