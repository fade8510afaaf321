import { describe, expect, test } from "bun:test";
import { inkOutside } from "../../src/tesseract/picture/ink.ts";
import { type Rules, removeRulingLines } from "../../src/tesseract/picture/ruling-lines.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

const [width, height] = [1000, 1400];
const rulesIn = (...ink: readonly Rectangle[]) => removeRulingLines(drawing(width, height, ink), 128).rules;
const inkLeft = (...ink: readonly Rectangle[]) =>
  removeRulingLines(drawing(width, height, ink), 128).image.data.filter((level) => level < 128).length;
/** Rows and columns exchanged. */
const turned = (ink: readonly Rectangle[]) => ink.map(([x, y, wide, high]): Rectangle => [y, x, high, wide]);

describe("a run of ink is a ruling line", () => {
  test.each<[string, Rectangle, boolean]>([
    ["from 0.045 of the page's width on", [100, 100, 45, 1], true],
    ["and not a shorter one", [100, 100, 44, 1], false],
    ["from 0.036 of its height on", [100, 100, 1, 51], true],
    ["and not a lower one", [100, 100, 1, 50], false],
    ["up to a fourteenth of its length in height", [100, 100, 140, 10], true],
    ["and not a higher one", [100, 100, 140, 11], false],
    ["up to a fourteenth of its length in width", [100, 100, 10, 140], true],
    ["and not a wider one", [100, 100, 11, 140], false],
    ["at the left edge", [0, 700, 200, 2], true],
    ["at the right edge", [800, 700, 200, 2], true],
    ["at the upper edge", [500, 0, 2, 200], true],
    ["at the lower edge", [500, 1200, 2, 200], true],
    ["along the lower edge", [0, 1398, 1000, 2], true],
    ["along the right edge", [998, 0, 2, 1400], true],
  ])("%s", (_, run, isRule) => {
    const { horizontal, vertical } = rulesIn(run);
    expect(horizontal.length + vertical.length).toBe(isRule ? 1 : 0);
    expect(inkLeft(run) === 0).toBe(isRule);
  });

  test("by its thickness at most places, for text may stand on it", () => {
    const letters = (count: number) => Array.from({ length: count }, (_, at): Rectangle => [125 + 30 * at, 60, 12, 40]);
    expect(rulesIn([100, 100, 300, 2], ...letters(4)).horizontal).toHaveLength(1);
    expect(inkLeft([100, 100, 300, 2], ...letters(4))).toBe(4 * 12 * 38);
  });

  test("also where other lines cross it at even distances, as in a table whose rows are equally high", () => {
    const across = (rows: number) =>
      Array.from({ length: rows + 1 }, (_, at): Rectangle => [100, 100 + 46 * at, 600, 2]);
    for (const rows of [5, 9, 10, 20, 25]) {
      const columns = [100, 300, 698].map((left): Rectangle => [left, 100, 2, 46 * rows + 2]);
      const { horizontal, vertical } = rulesIn(...across(rows), ...columns);
      expect({ rows, across: horizontal.length, down: vertical.length }).toEqual({ rows, across: rows + 1, down: 3 });
    }
  });

  test("darker than the threshold", () => {
    const page = drawing(width, height, [[100, 100, 300, 2]]);
    const grey = { ...page, data: page.data.map((level) => (level === 0 ? 128 : level)) };
    expect(removeRulingLines(grey, 128).rules).toEqual({ horizontal: [], vertical: [] });
    expect(removeRulingLines(grey, 129).rules.horizontal).toHaveLength(1);
  });

  test("painted over with two pixels around it, and no more", () => {
    const dots: Rectangle[] = [
      [94, 100, 1, 1],
      [405, 100, 1, 1],
      [200, 97, 1, 1],
      [200, 103, 1, 1],
    ];
    const near: Rectangle[] = [
      [98, 100, 1, 1],
      [401, 100, 1, 1],
      [200, 98, 1, 1],
      [200, 102, 1, 1],
    ];
    expect(inkLeft([100, 100, 300, 1], ...dots)).toBe(4);
    expect(inkLeft([100, 100, 300, 1], ...near.slice(2))).toBe(0);
    expect(inkLeft(...turned([[100, 100, 300, 1], ...dots]))).toBe(4);
    expect(inkLeft(...turned([[100, 100, 300, 1], ...near.slice(2)]))).toBe(0);
  });
});

describe("runs of ink are one line", () => {
  test.each<[string, Rectangle, Rules["horizontal"]]>([
    ["that goes on up to 4 px farther to the right", [404, 101, 200, 1], [{ at: 100, from: 200, to: 604 }]],
    [
      "and not beyond a wider gap on the right",
      [405, 101, 200, 1],
      [
        { at: 100, from: 200, to: 400 },
        { at: 101, from: 405, to: 605 },
      ],
    ],
    ["that goes on up to 4 px farther to the left", [96, 101, 100, 1], [{ at: 100, from: 96, to: 400 }]],
    [
      "and not beyond a wider gap on the left",
      [95, 101, 100, 1],
      [
        { at: 100, from: 200, to: 400 },
        { at: 101, from: 95, to: 195 },
      ],
    ],
    ["up to 4 px below each other", [200, 104, 200, 1], [{ at: 100, from: 200, to: 400 }]],
    [
      "and not farther",
      [200, 105, 200, 1],
      [
        { at: 100, from: 200, to: 400 },
        { at: 105, from: 200, to: 400 },
      ],
    ],
    ["that is as long as the longest of them", [210, 101, 180, 1], [{ at: 100, from: 200, to: 400 }]],
  ])("%s", (_, run, rules) => {
    expect(rulesIn([200, 100, 200, 1], run)).toEqual({ horizontal: rules, vertical: [] });
    expect(rulesIn(...turned([[200, 100, 200, 1], run]))).toEqual({ horizontal: [], vertical: rules });
  });

  test("from one to the next, as on a page askew", () => {
    const steps = Array.from({ length: 6 }, (_, at): Rectangle => [100 + 100 * at, 100 + 3 * at, 100, 1]);
    expect(rulesIn(...steps).horizontal).toEqual([{ at: 100, from: 100, to: 700 }]);
  });
});

describe("ink belongs to a word", () => {
  const word = { left: 90, top: 90, width: 90, height: 60 };
  test.each<[string, Rectangle, number]>([
    ["in its box", [120, 120, 9, 9], 0],
    ["above it by up to a quarter of its height", [120, 75, 9, 9], 0],
    ["and not higher", [120, 60, 9, 9], 1],
    ["below it by up to a quarter of its height", [120, 156, 9, 9], 0],
    ["and not lower", [120, 171, 9, 9], 1],
    ["and not on its left", [78, 120, 9, 9], 1],
    ["and not on its right", [186, 120, 9, 9], 1],
    ["up to the cell at its right end", [180, 120, 6, 9], 0.5],
    ["where more than half of a cell is dark", [120, 120, 3, 2], 0],
  ])("%s", (_, ink, share) => {
    expect(inkOutside(drawing(300, 300, [ink]), 128, [word])).toBe(share);
  });

  test.each([
    ["at the right edge", { left: 200, top: 200, width: 500, height: 20 }, [290, 205, 9, 9], 0],
    ["at the lower edge", { left: 200, top: 280, width: 50, height: 200 }, [210, 290, 9, 9], 0],
    [
      "at the left edge, and nothing at the other end of the row above",
      { left: -30, top: 120, width: 60, height: 12 },
      [290, 117, 9, 3],
      1,
    ],
  ] as const)("%s of the page", (_, box, ink, share) => {
    expect(inkOutside(drawing(300, 300, [ink]), 128, [box])).toBe(share);
  });

  test("is ink where a cell is half dark", () => {
    const speck = (count: number) =>
      Array.from({ length: count }, (_, at): Rectangle => [99 + (at % 3), 99 + Math.floor(at / 3), 1, 1]);
    expect([
      inkOutside(drawing(300, 300, speck(4)), 128, []),
      inkOutside(drawing(300, 300, speck(5)), 128, []),
    ]).toEqual([0, 1]);
  });
});
