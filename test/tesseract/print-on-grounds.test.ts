import { describe, expect, test } from "bun:test";
import { clearGrounds } from "../../src/tesseract/picture/clear-grounds.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { extentOfGround, trimmedToGround } from "../../src/tesseract/picture/ground-extent.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import { hasGrounds, printOnGrounds } from "../../src/tesseract/picture/print-on-grounds.ts";
import { noisy, type Patch, painted } from "../support/painted.ts";

const [width, height] = [400, 200];
const box = (left: number, top: number, wide: number, high: number): Box => ({ left, top, width: wide, height: high });
/** Strokes as letters have them, in this level. */
const word = (left: number, top: number, level: number): Patch[] =>
  [0, 7, 14, 21, 28].map((step) => [left + step, top, 3, 16, level]);
/** A bar with a word of this level that begins at its left edge, and a line of dark print below it. */
const bar: Patch = [40, 40, 300, 32, 20];
const page = (print = 255, ...more: readonly Patch[]) =>
  painted(width, height, 250, [bar, ...word(40, 48, print), ...word(60, 100, 10), ...more]);
const line = box(36, 42, 46, 28);
const below = box(56, 96, 44, 24);

const at = ({ data }: GreyImage, x: number, y: number) => data[y * width + x] ?? -1;
const cleared = (sheet: GreyImage, lines: readonly Box[] = [line]) =>
  clearGrounds(sheet, sheet, printOnGrounds(sheet, lines));

describe("a sheet has grounds", () => {
  test.each<[string, readonly Patch[], boolean]>([
    ["where a word's place is darker than the paper", [[64, 64, 48, 16, 218]], true],
    [
      "also with letters that take less than a quarter of it",
      [
        [64, 64, 48, 16, 20],
        [64, 70, 48, 3, 250],
      ],
      true,
    ],
    [
      "and not with ones that take more",
      [
        [64, 64, 48, 16, 20],
        [64, 70, 48, 5, 250],
      ],
      false,
    ],
    ["nor where there is no room for a word", [[64, 64, 40, 16, 218]], false],
    [
      "nor at the end of one row and the beginning of the next",
      [
        [368, 64, 32, 16, 20],
        [0, 80, 16, 16, 20],
      ],
      false,
    ],
    ["nor where it is hardly darker", [[64, 64, 64, 16, 219]], false],
    ["nor with print alone", [...word(40, 40, 0), ...word(90, 40, 0), ...word(140, 40, 0)], false],
    [
      "nor in the haze of print that is blurred",
      [
        [64, 64, 48, 16, 210],
        [64, 68, 48, 5, 100],
      ],
      false,
    ],
  ])("%s", (_, patches, expected) => {
    expect(hasGrounds(painted(width, height, 250, patches))).toBe(expected);
  });
});

describe("print on grounds", () => {
  test("is what of the lines stands on them, without what reaches out", () => {
    expect(printOnGrounds(page(), [line, below])).toEqual([{ box: box(40, 42, 42, 28), ground: 20, paper: 250 }]);
  });

  test("is none where hardly anything on the ground is lighter or darker than it", () => {
    const place = box(200, 44, 100, 20);
    const withStroke = (wide: number, level: number) =>
      printOnGrounds(painted(width, height, 250, [bar, [220, 50, wide, 10, level]]), [place]).length;
    expect([withStroke(5, 250), withStroke(6, 250), withStroke(6, 51), withStroke(6, 52)]).toEqual([0, 1, 0, 1]);
  });

  test.each<[string, Box, Box]>([
    ["left", box(26, 44, 60, 24), box(40, 44, 46, 24)],
    ["right", box(290, 44, 60, 24), box(290, 44, 50, 24)],
    ["upper", box(60, 34, 60, 24), box(60, 40, 60, 18)],
    ["lower", box(60, 54, 60, 24), box(60, 54, 60, 18)],
    ["left, by a third of it at most", box(10, 44, 60, 24), box(31, 44, 39, 24)],
  ])("begins within the %s side", (_, given, trimmed) => {
    expect(trimmedToGround(painted(width, height, 250, [bar]), given, 135)).toEqual(trimmed);
  });
});

describe("the ground around a line of print", () => {
  const whole = box(40, 40, 300, 32);
  test.each<[string, readonly Patch[], Box]>([
    ["goes to where the paper begins", [], whole],
    ["goes on beyond other words on it", [...word(150, 48, 255), ...word(200, 48, 255)], whole],
    ["ends at a gap", [[200, 40, 2, 32, 255]], box(40, 40, 160, 32)],
    ["ends where a much lighter ground begins", [[200, 40, 140, 32, 80]], box(40, 40, 160, 32)],
    [
      "goes on where it becomes lighter little by little",
      [0, 1, 2, 3].map((step): Patch => [200 + 35 * step, 40, 35, 32, 45 + 25 * step]),
      whole,
    ],
  ])("%s", (_, patches, extent) => {
    const sheet = painted(width, height, 250, [bar, ...word(60, 48, 255), ...patches]);
    expect(extentOfGround(sheet, box(56, 46, 44, 20), 135)).toEqual(extent);
  });

  test("may reach the edges of the picture", () => {
    const sheet = painted(width, height, 250, [[0, 0, width, height, 20], ...word(60, 48, 255)]);
    expect(extentOfGround(sheet, box(56, 46, 44, 20), 135)).toEqual(box(0, 0, width, height));
  });
});

describe("a ground with print", () => {
  test("becomes white and its print black where letters touch its edge, and nothing else changes", () => {
    const result = cleared(page(), [line, below]);
    expect([at(result, 41, 56), at(result, 55, 56), at(result, 45, 56), at(result, 300, 56)]).toEqual([0, 0, 255, 255]);
    expect([at(result, 40, 40), at(result, 339, 71), at(result, 61, 108), at(result, 20, 20)]).toEqual([
      255, 255, 10, 250,
    ]);
  });

  test("has black print also where that is pale", () => {
    const result = cleared(page(130));
    expect([at(result, 48, 56), at(result, 52, 56)]).toEqual([0, 255]);
  });

  test("that was white already stays as it is", () => {
    const sheet = page();
    const once = cleared(sheet);
    expect(clearGrounds(sheet, once, printOnGrounds(sheet, [line]))).toEqual(once);
  });

  test("keeps dark print beside light print, and no blurred edge for the one or the other", () => {
    const ground: Patch = [40, 40, 300, 32, 120];
    const on = (...print: readonly Patch[]) =>
      cleared(painted(width, height, 250, [ground, ...print]), [box(60, 44, 260, 24)]);
    const both = on(...word(80, 48, 250), ...word(200, 48, 0));
    expect([at(both, 81, 56), at(both, 201, 56), at(both, 150, 56)]).toEqual([0, 0, 255]);
    const light = on(...word(80, 48, 250), [200, 48, 1, 16, 0]);
    expect([at(light, 81, 56), at(light, 200, 56)]).toEqual([0, 255]);
  });

  test("leaves the light fields on it as they are, and what is written there", () => {
    const field: Patch[] = [[200, 72, 100, 24, 250], ...word(220, 76, 30)];
    const result = cleared(painted(width, height, 250, [[40, 40, 300, 60, 20], ...word(60, 56, 255), ...field]), [
      box(56, 52, 44, 22),
    ]);
    expect([at(result, 61, 60), at(result, 221, 84), at(result, 260, 84), at(result, 320, 90)]).toEqual([
      0, 30, 250, 255,
    ]);
  });

  test("is even where its levels are not", () => {
    const result = cleared(noisy(page(), 30));
    const levels = Array.from({ length: 2000 }, (_, index) =>
      at(result, 120 + (index % 200), 50 + Math.floor(index / 200)),
    );
    expect(levels.filter((level) => level < 200)).toEqual([]);
    expect([at(result, 41, 56), at(result, 55, 56)].every((level) => level < 80)).toBe(true);
  });

  test("becomes white where it is a little lighter or darker than elsewhere, up to half of what is print", () => {
    const smear = (level: number) =>
      at(cleared(painted(width, height, 250, [bar, ...word(60, 48, 255), [200, 44, 40, 20, level]])), 220, 54);
    expect([smear(36), smear(70) < 255]).toEqual([255, true]);
  });

  test("has no light print where its levels deviate by noise and dark print stands there", () => {
    const sheet = noisy(painted(width, height, 255, [[40, 40, 300, 32, 200], ...word(60, 48, 0)]), 40);
    const result = cleared(sheet, [box(56, 46, 44, 20)]);
    const levels = Array.from({ length: 2000 }, (_, index) =>
      at(result, 120 + (index % 200), 50 + Math.floor(index / 200)),
    );
    expect(levels.filter((level) => level < 150).length).toBeLessThan(20);
    expect(at(result, 61, 56)).toBeLessThan(60);
  });
});
