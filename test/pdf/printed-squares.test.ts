import { describe, expect, test } from "bun:test";
import { printedSquares } from "../../src/pdf/tiles/printed-squares.ts";

describe("squares of a picture that may be print", () => {
  const side = 1200;
  /** A row of squares, of each of which such a share is dark. */
  function pictureOf(...shares: readonly number[]) {
    const [width, height] = [side * shares.length, side];
    const data = new Uint8Array(width * height).fill(255);
    for (const [square, share] of shares.entries()) {
      // Bars in every thirty-two pixels, so that the ground of each block stays white.
      const barPx = share > 0.25 ? 15 : 8;
      const rows = Math.round((side * share * 32) / barPx / 4) * 4;
      for (let y = 0; y < Math.min(rows, side); y += 1) {
        for (let x = square * side; x < (square + 1) * side; x += 1) if (x % 32 < barPx) data[y * width + x] = 0;
      }
    }
    return { width, height, data };
  }
  const shareOf = ({ data }: { data: Uint8Array }) =>
    data.reduce((sum, level) => sum + (level === 0 ? 1 : 0), 0) / data.length;

  test("are those in which most is drawn, four at most, whole", () => {
    const found = printedSquares(pictureOf(0.02, 0.1, 0, 0.05, 0.2, 0.15));
    expect(found.map(shareOf).map((share) => Math.round(share * 100))).toEqual([20, 15, 10, 5]);
    expect(found.map(({ width, height }) => [width, height])).toEqual(Array(4).fill([side, side]));
  });

  test.each([
    ["right", 1500, 1240, 1216, 0, [300, 1200]],
    ["foot", 1240, 1500, 0, 1216, [1200, 300]],
  ] as const)("are judged by what there is of them at the %s", (_, width, height, left, top, size) => {
    const data = new Uint8Array(width * height).fill(255);
    // Of the 300 rows or columns that are left 0.3 % are dark, which would be less than a tenth of that in more.
    for (let y = top; y < top + (top === 0 ? 24 : 48); y += 1) {
      data.fill(0, y * width + left, y * width + left + (left === 0 ? 24 : 48));
    }
    expect(printedSquares({ width, height, data }).map((found) => [found.width, found.height])).toEqual([[...size]]);
  });

  test.each([
    [0.001, 0],
    [0.004, 1],
    [0.42, 1],
    [0.468, 0],
  ])("are none that are nearly empty, or pictures: of a share of %d there are %d", (share, count) => {
    expect(printedSquares(pictureOf(share))).toHaveLength(count);
  });
});
