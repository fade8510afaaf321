import { describe, expect, test } from "bun:test";
import { evenGrounds } from "../../src/tesseract/picture/even-grounds.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";

type Rectangle = readonly [left: number, top: number, width: number, height: number, level: number];

const size = { width: 400, height: 200 };

function painted(paper: number, rectangles: readonly Rectangle[]): GreyImage {
  const data = new Uint8Array(size.width * size.height).fill(paper);
  for (const [left, top, width, height, level] of rectangles) {
    for (let y = top; y < top + height; y++) data.fill(level, y * size.width + left, y * size.width + left + width);
  }
  return { ...size, data };
}

/** Strokes as letters have them, in this level. */
const word = (left: number, top: number, level: number): Rectangle[] =>
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
    const bar: Rectangle = [43, 61, 300, 37, ground];
    const even = evenGrounds(painted(250, [bar, ...word(80, 72, print)]));
    expect([levelAt(even, 60, 70), levelAt(even, 300, 90)]).toEqual([255, 255]);
    expect(levelAt(even, 81, 80)).toBeLessThan(100);
    // Edges are gone as well, and what lies beyond them is as it was.
    expect([levelAt(even, 43, 80), levelAt(even, 342, 97)]).toEqual([255, 255]);
    expect(levelAt(even, 20, 20)).toBe(250);
  });

  test("that touches one of another level is made even by itself", () => {
    const grounds: Rectangle[] = [
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
    const bar: Rectangle = [40, 60, 300, 37, 128];
    const even = evenGrounds(painted(255, [bar, ...word(80, 72, 255), ...word(200, 72, 0)]));
    expect([levelAt(even, 60, 70), levelAt(even, 300, 90)]).toEqual([255, 255]);
    expect([levelAt(even, 81, 80), levelAt(even, 201, 80)]).toEqual([0, 0]);
  });

  test("rules that divide it are no print, and stay", () => {
    const rules: Rectangle[] = [0, 100, 200, 300].map((step) => [40 + step, 60, 2, 40, 0]);
    const edges: Rectangle[] = [60, 98].map((top) => [40, top, 302, 2, 0]);
    const words = [60, 160, 260].flatMap((left) => word(left, 72, 255));
    const even = evenGrounds(painted(255, [[40, 60, 302, 40, 140], ...rules, ...edges, ...words]));
    expect([50, 150, 250].map((x) => levelAt(even, x, 70))).toEqual([255, 255, 255]);
    expect([61, 161, 261].map((x) => levelAt(even, x, 80))).toEqual([0, 0, 0]);
    expect([141, 241].map((x) => levelAt(even, x, 70))).toEqual([0, 0]);
  });

  test("gaps of paper that divide it are no print, and stay", () => {
    const gaps: Rectangle[] = [140, 240].map((left) => [left, 60, 2, 80, 255]);
    const across: Rectangle = [40, 99, 300, 2, 255];
    const words = [60, 160, 260].flatMap((left) => [...word(left, 72, 40), ...word(left, 112, 40)]);
    const even = evenGrounds(painted(255, [[40, 60, 300, 80, 190], ...gaps, across, ...words]));
    expect([levelAt(even, 50, 70), levelAt(even, 141, 70), levelAt(even, 50, 100)]).toEqual([255, 255, 255]);
    expect([61, 161, 261].map((x) => levelAt(even, x, 120))).toEqual([53, 53, 53]);
  });

  test("a cell without print becomes white like its neighbours", () => {
    const rule: Rectangle = [190, 60, 2, 40, 0];
    const even = evenGrounds(painted(255, [[40, 60, 300, 40, 140], rule, ...word(80, 72, 255)]));
    expect([levelAt(even, 50, 70), levelAt(even, 300, 80)]).toEqual([255, 255]);
  });
});

describe("is left as it is", () => {
  test.each<[string, GreyImage]>([
    ["print on paper", painted(255, [...word(40, 40, 0), ...word(120, 40, 0), ...word(40, 90, 0)])],
    ["print on grey paper", painted(170, [...word(40, 40, 0), ...word(120, 40, 0)])],
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
