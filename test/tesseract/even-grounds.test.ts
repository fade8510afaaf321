import { describe, expect, test } from "bun:test";
import { evenGrounds } from "../../src/tesseract/picture/even-grounds.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { type Patch, painted as paintedPicture, shaded } from "../support/painted.ts";

const size = { width: 400, height: 200 };
const painted = (paper: number, patches: readonly Patch[]) => paintedPicture(size.width, size.height, paper, patches);

/** Strokes as letters have them, in this level. */
const word = (left: number, top: number, level: number): Patch[] =>
  [0, 7, 14, 21, 28].map((step) => [left + step, top, 2, 14, level]);

const levelAt = ({ data }: GreyImage, x: number, y: number) => data[y * size.width + x];

describe("a rectangle of even ground", () => {
  test.each([
    ["mid grey with white print", 140, 255],
    ["nearly black with white print", 25, 250],
    ["black with white print", 0, 255],
    ["light grey with white print", 200, 255],
    ["mid grey with black print", 140, 10],
    ["light grey with dark grey print", 200, 70],
  ])("%s becomes white with black print", (_, ground, print) => {
    const bar: Patch = [43, 61, 300, 37, ground];
    const even = evenGrounds(painted(250, [bar, ...word(80, 72, print)]));
    expect([levelAt(even, 60, 70), levelAt(even, 300, 90)]).toEqual([255, 255]);
    expect(levelAt(even, 81, 80)).toBeLessThan(100);
    // Edges are gone as well, and what lies beyond them is as it was.
    expect([levelAt(even, 43, 80), levelAt(even, 342, 97)]).toEqual([255, 255]);
    expect(levelAt(even, 20, 20)).toBe(250);
  });

  test("that touches one of another level is made even by itself", () => {
    const grounds: Patch[] = [
      [0, 40, 200, 40, 150],
      [200, 40, 200, 40, 90],
    ];
    const even = evenGrounds(painted(255, [...grounds, ...word(60, 52, 255), ...word(280, 52, 255)]));
    expect([levelAt(even, 20, 45), levelAt(even, 380, 45)]).toEqual([255, 255]);
    expect([levelAt(even, 61, 58), levelAt(even, 281, 58)]).toEqual([0, 0]);
  });
});

describe("on a rectangle of ground", () => {
  test("light and dark print both become black", () => {
    const bar: Patch = [40, 60, 300, 37, 128];
    const even = evenGrounds(painted(255, [bar, ...word(80, 72, 255), ...word(200, 72, 0)]));
    expect([levelAt(even, 60, 70), levelAt(even, 300, 90)]).toEqual([255, 255]);
    expect([levelAt(even, 81, 80), levelAt(even, 201, 80)]).toEqual([0, 0]);
  });

  test("rules that divide it are no print, and stay", () => {
    const rules: Patch[] = [0, 100, 200, 300].map((step) => [40 + step, 60, 2, 40, 0]);
    const edges: Patch[] = [60, 98].map((top) => [40, top, 302, 2, 0]);
    const words = [60, 160, 260].flatMap((left) => word(left, 72, 255));
    const even = evenGrounds(painted(255, [[40, 60, 302, 40, 140], ...rules, ...edges, ...words]));
    expect([50, 150, 250].map((x) => levelAt(even, x, 70))).toEqual([255, 255, 255]);
    expect([61, 161, 261].map((x) => levelAt(even, x, 80))).toEqual([0, 0, 0]);
    expect([141, 241].map((x) => levelAt(even, x, 70))).toEqual([0, 0]);
  });

  test("gaps of paper that divide it are no print, and stay", () => {
    const gaps: Patch[] = [140, 240].map((left) => [left, 60, 2, 80, 255]);
    const across: Patch = [40, 99, 300, 2, 255];
    const words = [60, 160, 260].flatMap((left) => [...word(left, 72, 40), ...word(left, 112, 40)]);
    const even = evenGrounds(painted(255, [[40, 60, 300, 80, 190], ...gaps, across, ...words]));
    expect([levelAt(even, 50, 70), levelAt(even, 141, 70), levelAt(even, 50, 100)]).toEqual([255, 255, 255]);
    expect([61, 161, 261].map((x) => levelAt(even, x, 120))).toEqual([53, 53, 53]);
  });

  test("a cell without print becomes white like its neighbours", () => {
    const rule: Patch = [190, 60, 2, 40, 0];
    const even = evenGrounds(painted(255, [[40, 60, 300, 40, 140], rule, ...word(80, 72, 255)]));
    expect([levelAt(even, 50, 70), levelAt(even, 300, 80)]).toEqual([255, 255]);
  });
});

describe("fields of a form on a rectangle of ground", () => {
  const tops = [48, 88, 128];
  const form = (width: number, level: number, print: number) =>
    painted(255, [
      [20, 40, 360, 124, level],
      ...tops.flatMap((top) => word(40, top + 8, print)),
      ...tops.map((top): Patch => [360 - width, top, width, 28, 255]),
      ...word(300, 56, 20),
    ]);

  test.each([
    ["some", 120, 150, 20],
    ["some", 120, 220, 60],
    ["many", 170, 150, 20],
    ["light print and some", 120, 60, 255],
  ])("are no print, and what is written there stays: %s, %p px wide", (_, width, level, print) => {
    const even = evenGrounds(form(width, level, print));
    expect([levelAt(even, 30, 44), levelAt(even, 350, 52), levelAt(even, 350, 132)]).toEqual([255, 255, 255]);
    expect([levelAt(even, 48, 60), levelAt(even, 48, 140), levelAt(even, 308, 60)].map((at = 255) => at < 100)).toEqual(
      [true, true, true],
    );
  });
});

describe("ground is", () => {
  const bar = (level: number): Patch[] => [[40, 64, 320, 32, level], ...word(80, 72, 0)];

  test("32 levels darker than the paper", () => {
    const [dark, pale] = [painted(255, bar(223)), painted(255, bar(224))];
    expect(levelAt(evenGrounds(dark), 300, 80)).toBe(255);
    expect(evenGrounds(pale)).toBe(pale);
  });

  test.each([
    [20, 255],
    [40, 140],
  ])("even to 20 levels in all, however little it changes from place to place: %p", (spread, level) => {
    const image = shaded(size.width, size.height, (x, y) => {
      if (y < 64 || y >= 96 || x < 40 || x >= 360) return 255;
      return y > 76 && y < 84 && x % 16 < 2 ? 0 : 120 + Math.floor(((x - 40) / 320) * spread);
    });
    expect(levelAt(evenGrounds(image), 204, 70)).toBe(level);
  });

  test("made even up to the edges of the picture, and nothing beyond its own rows", () => {
    const bars: Patch[] = [
      [0, 0, 160, 40, 140],
      [240, 160, 160, 40, 140],
    ];
    const even = evenGrounds(painted(250, [...bars, ...word(60, 12, 255), ...word(300, 172, 255)]));
    expect([levelAt(even, 0, 0), levelAt(even, 159, 39), levelAt(even, 240, 160), levelAt(even, 399, 199)]).toEqual([
      255, 255, 255, 255,
    ]);
    expect([levelAt(even, 399, 20), levelAt(even, 0, 180), levelAt(even, 200, 100)]).toEqual([250, 250, 250]);
  });

  test("told from the paper wherever it lies on the page", () => {
    const even = evenGrounds(painted(250, [[20, 160, 360, 36, 140], ...word(80, 172, 255)]));
    expect(levelAt(even, 200, 180)).toBe(255);
  });

  test("freed of its blurred edge, and not of a rule around it", () => {
    const around = (level: number): Patch => [41, 61, 304, 41, level];
    const inner: Patch[] = [[43, 63, 300, 37, 140], ...word(80, 72, 255)];
    const [blurred, ruled] = [
      evenGrounds(painted(250, [around(190), ...inner])),
      evenGrounds(painted(250, [around(20), ...inner])),
    ];
    expect([
      levelAt(blurred, 41, 80),
      levelAt(blurred, 344, 80),
      levelAt(blurred, 200, 61),
      levelAt(blurred, 200, 101),
    ]).toEqual([255, 255, 255, 255]);
    expect([
      levelAt(ruled, 41, 80),
      levelAt(ruled, 344, 80),
      levelAt(ruled, 200, 61),
      levelAt(ruled, 200, 101),
    ]).toEqual([20, 20, 20, 20]);
    expect(levelAt(blurred, 38, 80)).toBe(250);
  });
});

describe("is left as it is", () => {
  test.each<[string, GreyImage]>([
    ["print on paper", painted(255, [...word(40, 40, 0), ...word(120, 40, 0), ...word(40, 90, 0)])],
    [
      "print on grey paper",
      painted(
        170,
        [40, 120, 200, 280].flatMap((left) => word(left, 40, 0)),
      ),
    ],
    ["a bar without print", painted(255, [[40, 60, 300, 37, 120]])],
    [
      "a small patch",
      painted(255, [
        [40, 60, 40, 14, 140],
        [50, 62, 2, 8, 255],
      ]),
    ],
    ["white print on black, all over the page", painted(20, [...word(40, 40, 255), ...word(120, 40, 255)])],
  ])("%s", (_, image) => {
    expect(evenGrounds(image)).toBe(image);
  });

  test("a shadow that falls over print", () => {
    const image = painted(255, [...word(40, 40, 30), ...word(200, 90, 30)]);
    const shaded = {
      ...size,
      data: image.data.map((level, at) => level * (1 - (0.6 * (at % size.width)) / size.width)),
    };
    expect(evenGrounds(shaded)).toBe(shaded);
  });
});
