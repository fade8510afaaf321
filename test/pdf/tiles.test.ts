import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { cell, drawnCells } from "../../src/pdf/tiles/drawn-cells.ts";
import type { GreyPicture } from "../../src/pdf/tiles/grey-picture.ts";
import { hideOutside } from "../../src/pdf/tiles/hide-outside.ts";
import { lineHeight } from "../../src/pdf/tiles/line-height.ts";
import { planGrid } from "../../src/pdf/tiles/plan-tiles.ts";
import { cheapestSeam } from "../../src/pdf/tiles/seam.ts";
import type { Tile } from "../../src/pdf/tiles/tile.ts";
import { cutIntoTiles } from "../../src/pdf/tiles/tile-grid.ts";
import { decideTileScale, type PageMake } from "../../src/pdf/tiles/tile-scale.ts";

// Drawn pages on a busy machine of two cores.
setDefaultTimeout(60_000);

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Paper with black boxes on it, or the other way round. */
function sheet(width: number, height: number, boxes: readonly Box[], paper = 255, ink = 0): GreyPicture {
  const data = new Uint8Array(width * height).fill(paper);
  for (const box of boxes) {
    for (let y = box.top; y < box.top + box.height; y += 1) {
      data.fill(ink, y * width + box.left, y * width + box.left + box.width);
    }
  }
  return { width, height, data };
}

/** Letters of a line of text, 3 cells wide and 5 high. */
const line = (left: number, top: number, letters: number): Box[] =>
  Array.from({ length: letters }, (_, index) => ({ left: left + index * 4, top, width: 3, height: 5 }));

const isSeen = (tile: Tile, x: number, y: number): boolean => {
  const [column, row] = [x - tile.left, y - tile.top];
  if (column < 0 || row < 0 || column >= tile.width || row >= tile.height) return false;
  const [left, right] = [tile.leftEdge[row] ?? 0, tile.rightEdge[row] ?? 0];
  return x >= left && x < right && y >= (tile.topEdge[column] ?? 0) && y < (tile.bottomEdge[column] ?? 0);
};

/** How many pieces show a box whole, and how many a part of it only. */
function shownBy(tiles: readonly Tile[], { left, top, width, height }: Box): { whole: number; part: number } {
  const shares = tiles.map((tile) => {
    let seen = 0;
    for (let y = top; y < top + height; y += 1)
      for (let x = left; x < left + width; x += 1) if (isSeen(tile, x, y)) seen += 1;
    return seen / (width * height);
  });
  return {
    whole: shares.filter((share) => share === 1).length,
    part: shares.filter((share) => share > 0 && share < 1).length,
  };
}

const a0: PageMake = { widthPt: 3370, heightPt: 2384, isPdf: true, picturesOnly: false, picturePxPerPt: 0 };
const never = () => {
  throw new Error("nothing is to be measured");
};

describe("whether a page is read in pieces", () => {
  test.each<[string, Partial<PageMake>, "whole" | "tiles", number]>([
    ["A4", { widthPt: 595, heightPt: 842 }, "whole", 0],
    ["A3 across", { widthPt: 1191, heightPt: 842 }, "whole", 0],
    ["A2", { widthPt: 1191, heightPt: 1684 }, "tiles", 130],
    ["A0", {}, "tiles", 130],
    ["A0, scanned at 200 dpi", { picturesOnly: true, picturePxPerPt: 200 / 72 }, "tiles", 130],
    ["A0, scanned at 110 dpi", { picturesOnly: true, picturePxPerPt: 110 / 72 }, "tiles", 110],
    ["A0 with a picture of 1,600 pixels", { picturesOnly: true, picturePxPerPt: 1600 / 3370 }, "whole", 0],
  ])("%s", (_, make, kind, dpi) => {
    const scale = decideTileScale({ ...a0, ...make }, 1800, never);
    expect(scale.kind).toBe(kind);
    if (scale.kind === "tiles") expect(scale.pxPerPt * 72).toBeCloseTo(dpi, 5);
  });

  /** A photograph of 4,000 × 3,000 pixels at 72 dpi, as cameras write. */
  const photo: PageMake = { widthPt: 4000, heightPt: 3000, isPdf: false, picturesOnly: true, picturePxPerPt: 1 };

  test.each([
    ["lines of 40 pixels stay 18 high", 40, "whole", 1],
    ["lines of 32 pixels would be 14 high", 32, "tiles", 0.8125],
    ["lines of 20 pixels are not drawn larger than they are", 20, "tiles", 1],
    ["a landscape has none", undefined, "whole", 1],
  ] as const)("of a picture of unknown size its print decides: %s", (_, linePx, kind, pxPerPt) => {
    const scale = decideTileScale(photo, 1800, () => linePx);
    expect(scale.kind).toBe(kind);
    if (scale.kind === "tiles") expect(scale.pxPerPt).toBeCloseTo(pxPerPt, 5);
  });

  test("a PDF that a program made of a photograph at 72 dpi is such a picture", () => {
    const scale = decideTileScale({ ...photo, isPdf: true }, 1800, () => 40);
    expect(scale).toEqual({ kind: "whole", reason: "lines of print would be 18 pixels high" });
  });
});

describe("the height of a line", () => {
  const letters = (heightPx: number) =>
    Array.from({ length: 60 }, (_, index) => ({
      left: 20 + (index % 20) * 30,
      top: 20 + Math.floor(index / 20) * 60,
      width: Math.ceil(heightPx / 2),
      height: heightPx,
    }));

  test.each([8, 14, 30])("follows from capitals of %p pixels, on white, on grey and on black", (heightPx) => {
    for (const [paper, ink] of [
      [255, 0],
      [170, 40],
      [0, 255],
    ]) {
      expect(lineHeight([sheet(700, 300, letters(heightPx), paper, ink)])).toBeCloseTo(1.6 * heightPx, 5);
    }
  });

  test("follows from the lower letters where some are higher, or have marks above them", () => {
    const latin = letters(20).map((box, index) => (index % 4 === 0 ? { ...box, top: box.top - 8, height: 28 } : box));
    const marks = letters(6).flatMap((box, index) => (index % 3 === 0 ? [{ ...box, top: box.top - 10 }] : []));
    expect(lineHeight([sheet(700, 300, latin)])).toBe(48);
    expect(lineHeight([sheet(700, 300, [...letters(20), ...marks])])).toBe(48);
  });

  /** So many boxes of one size, on paper of which so many pixels are a little darker. */
  const boxes = (count: number, width: number, height: number, faint = 0) => {
    const [step, rows] = [Math.max(width, height) + 8, Math.ceil(count / 10)];
    const picture = sheet(10 * step + 16, rows * step + 216, [
      ...Array.from({ length: count }, (_, at) => ({
        ...{ left: 8 + (at % 10) * step, top: 8 + Math.floor(at / 10) * step, width, height },
      })),
    ]);
    for (let at = 0; at < faint; at += 1) {
      const [x, y] = [(at * 2) % picture.width, picture.height - 200 + Math.floor((at * 2) / picture.width)];
      picture.data[y * picture.width + x] = 210;
    }
    return lineHeight([picture]);
  };

  test.each<[string, number | undefined, number | undefined]>([
    ["thirty letters", boxes(30, 8, 10), 16],
    ["no fewer", boxes(29, 8, 10), undefined],
    ["letters of four pixels", boxes(40, 4, 4), 6.4],
    ["no smaller ones", boxes(40, 4, 3), undefined],
    ["words of letters that touch", boxes(40, 50, 10), 16],
    ["no longer ones", boxes(40, 51, 10), undefined],
    ["narrow letters", boxes(40, 1, 12), 19.2],
    ["no narrower ones", boxes(40, 1, 13), undefined],
    ["print beside something faint", boxes(60, 10, 10, 13_000), 16],
    ["no print where most is faint", boxes(60, 10, 10, 15_000), undefined],
  ])("follows from %s", (_, height, expected) => {
    expect(height).toEqual(expected === undefined ? undefined : expect.closeTo(expected, 5));
  });

  test("is unknown where little is written, and where a picture is no print", () => {
    expect(lineHeight([sheet(700, 300, letters(14).slice(0, 20))])).toBeUndefined();
    const noise = sheet(700, 300, []);
    for (let at = 0; at < noise.data.length; at += 1) noise.data[at] = (at * 7919 + (at >> 5) * 104_729) % 256;
    expect(lineHeight([noise])).toBeUndefined();
  });
});

describe("what a cell holds", () => {
  const at = (picture: GreyPicture, x: number, y: number) => drawnCells(picture).kinds[y * picture.width + x];

  test("is a letter, the gap between words, the gap between lines, a rule or a figure", () => {
    const frame = [
      { left: 5, top: 5, width: 190, height: 1 },
      { left: 5, top: 5, width: 1, height: 140 },
      { left: 194, top: 5, width: 1, height: 140 },
    ];
    const slanting = Array.from({ length: 70 }, (_, index) => ({
      left: 100 + index,
      top: 60 + index,
      width: 2,
      height: 1,
    }));
    const picture = sheet(200, 150, [
      ...frame,
      ...line(20, 20, 5),
      ...line(46, 20, 5),
      ...line(20, 31, 10),
      ...slanting,
    ]);
    expect(at(picture, 21, 22)).toBe(cell.letter);
    expect(at(picture, 42, 22)).toBe(cell.betweenWords);
    expect(at(picture, 30, 28)).toBe(cell.betweenLines);
    expect(at(picture, 100, 5)).toBe(cell.rule);
    expect(at(picture, 5, 5)).toBe(cell.rule);
    expect(at(picture, 130, 90)).toBe(cell.figure);
    expect(at(picture, 80, 120)).toBe(cell.blank);
  });
});

test("letters on both sides of a figure are no words of one line", () => {
  const slanting = Array.from({ length: 64 }, (_, row) => ({
    left: 20 + (row >> 3),
    top: 20 + row,
    width: 2,
    height: 1,
  }));
  const { kinds, width } = drawnCells(sheet(200, 150, [...line(12, 40, 2), ...slanting, ...line(26, 40, 2)]));
  const [beside, figure] = [20, 22].map((x) => kinds[42 * width + x]);
  expect({ beside, figure }).toEqual({ beside: cell.blank, figure: cell.figure });
});

describe("a seam", () => {
  const seamThrough = (rows: readonly string[]) =>
    cheapestSeam({
      length: rows.length,
      width: rows[0]?.length ?? 0,
      kindAt: (along, across) => (rows[along]?.[across] === "#" ? cell.letter : cell.blank),
    });

  test("is straight and in the middle where nothing is drawn", () => {
    expect([...seamThrough(Array(5).fill(".........")).boundary]).toEqual([4, 4, 4, 4, 4]);
  });

  test("goes around what is drawn, between two rows if need be", () => {
    const { boundary, crossed } = seamThrough([".......", "######.", ".......", ".######", "......."]);
    expect(boundary[1]).toBe(6);
    expect(boundary[3]).toBe(0);
    expect(crossed).toEqual([]);
  });

  test("says what it had to cross", () => {
    expect(seamThrough([".....", "#####", "....."]).crossed).toEqual([{ along: 1, across: 2 }]);
  });
});

describe("the pieces of a page", () => {
  const cut = (picture: GreyPicture, piece = 400) => cutIntoTiles(drawnCells(picture), piece);

  test("show each line once and whole where a cut finds its way around it", () => {
    // Lines like bricks, so that no straight cut is free.
    const lines = Array.from({ length: 55 }, (_, row) =>
      Array.from({ length: 11 }, (_, column) => line(10 + column * 90 + (row % 3) * 30, 10 + row * 14, 15)),
    ).flat();
    const { tiles, crossings } = cut(sheet(1100, 800, lines.flat()));
    expect(crossings).toEqual([]);
    for (const letters of lines) {
      const shown = letters.map((letter) => shownBy(tiles, letter));
      expect(new Set(shown.map(({ whole, part }) => `${whole} ${part}`))).toEqual(new Set(["1 0"]));
      const [first, last] = [letters[0], letters.at(-1)];
      if (first === undefined || last === undefined) throw new Error("a line has letters");
      expect(tiles.findIndex((tile) => isSeen(tile, first.left, first.top))).toBe(
        tiles.findIndex((tile) => isSeen(tile, last.left, last.top)),
      );
    }
    for (const { width, height } of tiles) expect(Math.max(width, height)).toBeLessThanOrEqual(400);
  });

  test("both show a line that the cut between them must cross, as far as they reach, and it is said where", () => {
    const long = line(10, 100, 170);
    const { tiles, crossings } = cut(sheet(700, 300, [...long, ...line(10, 130, 20), ...line(500, 130, 40)]));
    expect(tiles).toHaveLength(2);
    expect(crossings).toEqual([expect.objectContaining({ first: 0, second: 1, lines: 1 })]);
    const twice = long.filter((letter) => shownBy(tiles, letter).whole === 2);
    expect(twice.length).toBeGreaterThan(10);
    for (const letter of long) expect(shownBy(tiles, letter).whole).toBeGreaterThanOrEqual(1);
    for (const letter of line(10, 130, 20)) expect(shownBy(tiles, letter)).toEqual({ whole: 1, part: 0 });
  });

  test("above each other share a line that runs down through the cut as those beside each other share theirs", () => {
    const across = [...line(10, 100, 170), ...line(10, 130, 20), ...line(500, 130, 40)];
    const down = across.map(({ left, top, width, height }) => ({ left: top, top: left, width: height, height: width }));
    const shownTwice = (tiles: readonly Tile[], letters: readonly Box[]) =>
      letters.flatMap((letter, at) => (shownBy(tiles, letter).whole === 2 ? [at] : []));
    const beside = shownTwice(cut(sheet(700, 300, across)).tiles, across);
    expect(beside.length).toBeGreaterThan(10);
    const { tiles, crossings } = cut(sheet(300, 700, down));
    expect(shownTwice(tiles, down)).toEqual(beside);
    expect(crossings).toEqual([expect.objectContaining({ first: 0, second: 1 })]);
  });

  test("reach as far as what is drawn on them", () => {
    const [letters, dot] = [line(40, 60, 9), { left: 75, top: 64, width: 1, height: 9 }];
    expect(cut(sheet(300, 200, [...letters, dot])).tiles).toMatchObject([{ left: 40, top: 60, width: 36, height: 13 }]);
  });

  test("have the mean of their ground's most frequent colour where their neighbours are", () => {
    const sidePx = 20;
    const pixels = new Uint8ClampedArray(sidePx * sidePx * 3);
    for (let at = 0; at < sidePx * sidePx; at += 1) pixels.set(at % 10 === 0 ? [12, 202, 94] : [10, 200, 90], at * 3);
    // The first pixel that is looked at is another's.
    pixels.set([250, 0, 0], 0);
    const tile: Tile = {
      ...{ left: 0, top: 0, width: 2, height: 2, drawnCells: 4, leftEdge: [0, 0], rightEdge: [1, 1] },
      ...{ topEdge: [0, 0], bottomEdge: [2, 2] },
    };
    const picture = { pixels, widthPx: sidePx, heightPx: sidePx, strideBytes: sidePx * 3 };
    hideOutside(picture, { left: 0, top: 0, cellWidth: 10, cellHeight: 10 }, tile);
    const at = (x: number, y: number) => Array.from(pixels.slice((y * sidePx + x) * 3, (y * sidePx + x) * 3 + 3));
    // Of the fifteen others looked at seven have the one colour and eight the other.
    expect([at(0, 0), at(9, 19), at(10, 0), at(19, 19)]).toEqual([
      [250, 0, 0],
      [10, 200, 90],
      [11, 201, 92],
      [11, 201, 92],
    ]);
  });

  test("hide what belongs to their neighbours, and not a cell of their own", () => {
    const tile: Tile = {
      ...{ left: 1, top: 1, width: 3, height: 3, drawnCells: 9 },
      ...{ leftEdge: [1, 2, 1], rightEdge: [4, 4, 3], topEdge: [1, 2, 1], bottomEdge: [4, 4, 4] },
    };
    const [paper, ink, sidePx] = [240, 7, 9];
    const pixels = new Uint8ClampedArray(sidePx * sidePx * 3).fill(ink);
    // The colour of the ground is told by every fifth pixel.
    for (const y of [0, 5]) for (const x of [0, 5]) pixels.fill(paper, (y * sidePx + x) * 3, (y * sidePx + x) * 3 + 3);
    const picture = { pixels, widthPx: sidePx, heightPx: sidePx, strideBytes: sidePx * 3 };
    hideOutside(picture, { left: 3, top: 3, cellWidth: 3, cellHeight: 3 }, tile);
    const middles = [1, 4, 7];
    const cells = middles.map((y) => middles.map((x) => (pixels[(y * sidePx + x) * 3] === ink ? "#" : ".")).join(""));
    expect(cells).toEqual(["#.#", ".##", "##."]);
  });

  test("leave out what is blank, and what holds rules and frames alone", () => {
    const frame = [
      { left: 5, top: 5, width: 1190, height: 2 },
      { left: 5, top: 793, width: 1190, height: 2 },
      { left: 5, top: 5, width: 2, height: 790 },
      { left: 1193, top: 5, width: 2, height: 790 },
      { left: 5, top: 300, width: 1190, height: 1 },
    ];
    const { tiles } = cut(sheet(1200, 800, [...frame, ...line(40, 40, 20), ...line(1000, 700, 20)]));
    expect(tiles).toHaveLength(2);
    expect(cut(sheet(1200, 800, frame)).tiles).toEqual([]);
    expect(cut(sheet(1200, 800, [])).tiles).toEqual([]);
  });

  test("keep the title block in the lower right corner whole, and last", () => {
    const [left, top] = [1400 - 310, 1000 - 150];
    const title = Array.from({ length: 8 }, (_, row) => line(left + 10, top + 10 + row * 16, 70)).flat();
    const border = [
      { left, top, width: 300, height: 1 },
      { left, top, width: 1, height: 140 },
    ];
    const rest = Array.from({ length: 60 }, (_, row) => line(10 + (row % 7) * 130, 10 + row * 14, 25)).flat();
    const { tiles } = cut(sheet(1400, 1000, [...title, ...border, ...rest]), 600);
    for (const letter of title)
      expect(tiles.findLastIndex((tile) => isSeen(tile, letter.left, letter.top))).toBe(tiles.length - 1);
    for (const letter of title) expect(shownBy(tiles, letter)).toEqual({ whole: 1, part: 0 });
  });

  test("are no more than allowed: the resolution gives way, and it is said how far", () => {
    const lines = Array.from({ length: 70 }, (_, row) => line(10, 10 + row * 14, 340)).flat();
    const cells = drawnCells(sheet(1400, 1000, lines));
    const wish = { pieceLongestPx: 1800, pageLongestPx: 4200 };
    const wanted = planGrid(cells, { ...wish, maxTiles: 16 });
    expect(wanted.resolutionShare).toBe(1);
    const { tiles, resolutionShare, pageLongestPx } = planGrid(cells, { ...wish, maxTiles: wanted.tiles.length - 1 });
    expect(tiles.length).toBeLessThan(wanted.tiles.length);
    expect(resolutionShare).toBeLessThan(1);
    expect(pageLongestPx).toBe(Math.round(4200 * resolutionShare));
    expect(planGrid(cells, { ...wish, maxTiles: 1 }).tiles).toHaveLength(1);
  });

  test("may be just as many as are allowed, and are a cell smaller than they may be", () => {
    const lines = Array.from({ length: 70 }, (_, row) => line(10, 10 + row * 14, 340)).flat();
    const cells = drawnCells(sheet(1400, 1000, lines));
    const wish = { pieceLongestPx: 1800, pageLongestPx: 4200 };
    const { tiles } = planGrid(cells, { ...wish, maxTiles: 99 });
    expect(planGrid(cells, { ...wish, maxTiles: tiles.length })).toMatchObject({
      resolutionShare: 1,
      pageLongestPx: 4200,
    });
    // 1,400 cells of 4,200 pixels in pieces of 1,800.
    expect(Math.max(...tiles.flatMap(({ width, height }) => [width, height]))).toBeLessThanOrEqual(599);
    expect(Math.max(...tiles.flatMap(({ width, height }) => [width, height]))).toBeGreaterThan(560);
  });

  test("are not counted on to be blank where they would be three times too many", () => {
    const cells = drawnCells(sheet(1000, 40, line(10, 10, 5)));
    // Pieces of 100 cells, of which a length of 1,000 needs thirteen.
    const wish = { pieceLongestPx: 101, pageLongestPx: 1000 };
    expect(planGrid(cells, { ...wish, maxTiles: 5 })).toMatchObject({ resolutionShare: 1, tiles: [{ width: 19 }] });
    expect(planGrid(cells, { ...wish, maxTiles: 4 }).resolutionShare).toBeLessThan(1);
  });

  test("of a strip two hundred times as long as wide follow each other", () => {
    const strip = Array.from({ length: 180 }, (_, row) => line(4, 10 + row * 33, 6)).flat();
    const { tiles } = cut(sheet(30, 6000, strip), 600);
    expect(tiles.length).toBeGreaterThanOrEqual(10);
    expect(tiles.map(({ top }) => top)).toEqual(tiles.map(({ top }) => top).sort((a, b) => a - b));
    for (const letter of strip) expect(shownBy(tiles, letter)).toEqual({ whole: 1, part: 0 });
  });
});
