import { describe, expect, test } from "bun:test";
import { fittedBox, groundBoxes, isLargeEnough, shareOf } from "../../src/tesseract/picture/ground-boxes.ts";
import { cutAtRules } from "../../src/tesseract/picture/ground-rules.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import { type Patch, painted } from "../support/painted.ts";

const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });
const isDark = (level: number) => level < 128;

describe("cells of ground that make a rectangle", () => {
  // 8 × 8 pixels each; what is left over at the edges is no cell.
  const size = { width: 83, height: 43 };
  const rectanglesIn = (rows: readonly string[], areOne: (cell: number, neighbour: number) => boolean = () => true) => {
    const cells = rows.join("").padEnd(50, ".");
    return groundBoxes(size, (cell) => cells[cell] === "#", areOne);
  };

  test.each<[string, readonly string[], readonly Box[]]>([
    ["are told in pixels", ["..........", "..####....", "..####...."], [box(16, 8, 32, 16)]],
    ["may lie at the upper left edge", ["##........", "##........"], [box(0, 0, 16, 16)]],
    ["may lie at the lower right edge", ["", "", ".".repeat(30), "........##", "........##"], [box(64, 24, 16, 16)]],
    ["do not go on in the next row beyond the edge", [".........#", "#........."], [box(72, 0, 8, 8), box(0, 8, 8, 8)]],
    [
      "hang together by their sides, not by their corners",
      ["##........", "..##......"],
      [box(0, 0, 16, 8), box(16, 8, 16, 8)],
    ],
    [
      "hang together around a corner",
      ["..........", "####......", "####......", "##........", "##........"],
      [box(0, 8, 32, 32)],
    ],
    [
      "are none where they fill less than three quarters",
      ["..........", "####......", "###.......", "##........", "##........"],
      [],
    ],
  ])("%s", (_, rows, boxes) => {
    expect(rectanglesIn(rows).map((one) => one.box)).toEqual([...boxes]);
  });

  test("are found from wherever they begin, each once", () => {
    const [found] = rectanglesIn(["..##......", ".###......", ".###......"]);
    expect(found?.box).toEqual(box(8, 0, 24, 24));
    expect(found?.cells.toSorted((a, b) => a - b)).toEqual([2, 3, 11, 12, 13, 21, 22, 23]);
  });

  test("are those that belong together", () => {
    const sameHalf = (cell: number, neighbour: number) => cell % 10 < 3 === neighbour % 10 < 3;
    expect(rectanglesIn(["######....", "######...."], sameHalf).map((one) => one.box)).toEqual([
      box(0, 0, 24, 16),
      box(24, 0, 24, 16),
    ]);
  });
});

test.each([
  [48, 16, true],
  [47, 16, false],
  [48, 15, false],
])("a rectangle of %p × %p px is large enough for print: %p", (width, height, expected) => {
  expect(isLargeEnough(box(0, 0, width, height))).toBe(expected);
});

test("the share of pixels is that in the box alone", () => {
  const image = painted(20, 10, 255, [[5, 2, 10, 4, 0]]);
  expect(shareOf(image, box(5, 2, 10, 4), isDark)).toBe(1);
  expect(shareOf(image, box(0, 2, 20, 4), isDark)).toBe(0.5);
  expect(shareOf(image, box(15, 0, 5, 10), isDark)).toBe(0);
});

describe("a box is fitted to its ground", () => {
  test.each<[string, Patch, Box, Box]>([
    ["inwards", [43, 21, 80, 30, 0], box(40, 16, 88, 40), box(43, 21, 80, 30)],
    ["outwards", [43, 21, 80, 30, 0], box(48, 24, 72, 24), box(43, 21, 80, 30)],
    ["inwards by a cell at most", [60, 40, 40, 10, 0], box(40, 16, 88, 60), box(48, 24, 72, 44)],
    ["outwards by a cell at most", [0, 0, 200, 100, 0], box(40, 16, 88, 40), box(32, 8, 104, 56)],
    ["up to the edges of the picture", [0, 0, 200, 100, 0], box(6, 5, 189, 91), box(0, 0, 200, 100)],
  ])("%s", (_, ground, given, fitted) => {
    expect(fittedBox(painted(200, 100, 255, [ground]), given, isDark)).toEqual(fitted);
  });

  test("and not beyond the picture, whatever counts as ground", () => {
    expect(fittedBox(painted(100, 60, 255), box(3, 3, 94, 54), () => true)).toEqual(box(0, 0, 100, 60));
  });

  test.each<[string, number, Box]>([
    ["a half", 40, box(40, 20, 80, 41)],
    ["less than a half", 39, box(40, 20, 80, 40)],
  ])("with the rows of which it is %s", (_, width, fitted) => {
    const patches: Patch[] = [
      [40, 20, 80, 40, 0],
      [40, 60, width, 1, 0],
    ];
    expect(fittedBox(painted(200, 100, 255, patches), box(40, 24, 80, 32), isDark)).toEqual(fitted);
  });

  test.each<[string, number, Box]>([
    ["a half", 20, box(40, 20, 81, 40)],
    ["less than a half", 19, box(40, 20, 80, 40)],
  ])("with the columns of which it is %s", (_, height, fitted) => {
    const patches: Patch[] = [
      [40, 20, 80, 40, 0],
      [120, 20, 1, height, 0],
    ];
    expect(fittedBox(painted(200, 100, 255, patches), box(40, 20, 76, 40), isDark)).toEqual(fitted);
  });
});

describe("ground is cut where rules and gaps cross it", () => {
  const whole = box(10, 10, 100, 40);
  const partsWith = (...rules: readonly Patch[]) =>
    cutAtRules(painted(120, 60, 255, [[10, 10, 100, 40, 100], ...rules]), whole, (level) => level === 100);

  test.each<[string, readonly Patch[], readonly Box[]]>([
    ["nowhere", [], [whole]],
    ["by an upright rule", [[50, 10, 2, 40, 0]], [box(10, 10, 40, 40), box(52, 10, 58, 40)]],
    ["by a level rule", [[10, 30, 100, 1, 0]], [box(10, 10, 100, 20), box(10, 31, 100, 19)]],
    [
      "by a gap of paper that crosses a part only",
      [
        [50, 10, 2, 40, 0],
        [52, 30, 58, 1, 255],
      ],
      [box(10, 10, 40, 40), box(52, 10, 58, 20), box(52, 31, 58, 19)],
    ],
    [
      "by rules along its edges",
      [
        [10, 10, 100, 1, 0],
        [109, 10, 1, 40, 0],
      ],
      [box(10, 11, 99, 39)],
    ],
    ["into parts of 6 px and more", [[16, 10, 1, 40, 0]], [box(10, 10, 6, 40), box(17, 10, 93, 40)]],
    ["into no narrower ones", [[15, 10, 1, 40, 0]], [box(16, 10, 94, 40)]],
    ["by what leaves less than a tenth of it", [[50, 10, 1, 37, 0]], [box(10, 10, 40, 40), box(51, 10, 59, 40)]],
    ["and not by what leaves a tenth", [[50, 10, 1, 36, 0]], [whole]],
  ])("%s", (_, rules, parts) => {
    expect(partsWith(...rules)).toEqual([...parts]);
  });
});
