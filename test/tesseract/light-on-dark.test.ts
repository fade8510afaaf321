import { describe, expect, test } from "bun:test";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { turnLightOnDark } from "../../src/tesseract/picture/light-on-dark.ts";
import { type Patch, painted } from "../support/painted.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

/** Words of a line of 10 pixels' letters. */
const words = (left: number, top: number): Rectangle[] =>
  Array.from({ length: 12 }, (_, index) => [left + 14 * index, top, 6, 10]);
const lines: Rectangle[] = [100, 130, 160].flatMap((top) => words(40, top));

/** A bar of dark ground with a line of light words on it. */
function withBar(bar: Rectangle): GreyImage {
  const page = drawing(400, 300, [...lines, bar]);
  const [left, top] = bar;
  for (const [x, y, width, height] of words(left + 10, top + 8)) {
    for (let row = y; row < y + height; row++) page.data.fill(255, row * 400 + x, row * 400 + x + width);
  }
  return page;
}

/** A ground of a form with light fields, and in this level or black print beside them; what is written in the first. */
function form(written: readonly Rectangle[], print = 20): GreyImage {
  const labels = [56, 96, 136].flatMap((top) => words(34, top).slice(0, 6));
  const fields = [50, 90, 130].map((top): Rectangle => [160, top, 110, 28]);
  return painted(400, 300, 255, [
    [20, 40, 360, 130, 100],
    ...labels.map((label): Patch => [...label, print]),
    ...fields.map((field): Patch => [...field, 255]),
    ...written.map((letter): Patch => [...letter, 0]),
  ]);
}

describe("light print on dark ground", () => {
  test("is turned in a bar, to its last row and column, and nowhere else", () => {
    const bar: Rectangle = [37, 31, 203, 27];
    const [left, top] = bar;
    const turned = turnLightOnDark(withBar(bar), 128);
    expect(turned).toEqual(drawing(400, 300, [...lines, ...words(left + 10, top + 8)]));
  });

  test("is turned beside fields of a form, and what is written there is not", () => {
    const turned = turnLightOnDark(form(words(170, 60).slice(0, 6), 255), 128);
    const at = (x: number, y: number) => turned.data[y * 400 + x];
    // The ground and a label, then a field and what is written in it.
    expect([at(30, 45), at(36, 60), at(260, 56), at(172, 64)]).toEqual([255, 0, 255, 0]);
  });

  test("is turned in a bar within a light field of a dark ground, and beside the field", () => {
    const letters = (left: number, top: number) =>
      words(left, top)
        .slice(0, 7)
        .map((letter): Patch => [...letter, 255]);
    const grounds: Patch[] = [
      [16, 16, 368, 200, 20],
      [104, 88, 160, 96, 255],
      [128, 120, 112, 32, 0],
    ];
    const page = painted(400, 300, 255, [
      ...grounds,
      ...[30, 46, 62].flatMap((top) => [...letters(100, top), ...letters(220, top)]),
      ...letters(136, 131),
    ]);
    const turned = turnLightOnDark(page, 128);
    const at = (x: number, y: number) => turned.data[y * 400 + x];
    expect([at(20, 20), at(102, 34), at(110, 94), at(130, 124), at(138, 135)]).toEqual([255, 0, 255, 255, 0]);
  });

  test("is turned to black on white where the ground is hardly darker than the threshold", () => {
    const bar: Rectangle = [37, 31, 203, 27];
    const [left, top, width, height] = bar;
    const page = withBar(bar);
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) if (page.data[y * 400 + x] === 0) page.data[y * 400 + x] = 120;
    }
    expect(turnLightOnDark(page, 128)).toEqual(drawing(400, 300, [...lines, ...words(left + 10, top + 8)]));
  });

  test.each<[string, GreyImage]>([
    ["text alone", drawing(400, 300, lines)],
    ["a bar without anything on it", drawing(400, 300, [...lines, [40, 30, 200, 24]])],
    ["rules of a table", drawing(400, 300, [...lines, [20, 60, 360, 4], [20, 240, 360, 4], [20, 60, 4, 184]])],
    ["a dot", drawing(400, 300, [...lines, [300, 20, 30, 30]])],
    ["nothing at all", drawing(400, 300, [])],
    ["fields of a form on a ground with dark print", form([])],
    ["such fields that are filled in", form(words(170, 60).slice(0, 6))],
  ])("is not seen in %s", (_, page) => expect(turnLightOnDark(page, 128)).toBe(page));

  test("is not seen in bold letters that touch", () => {
    const letters = Array.from({ length: 14 }, (_, index): Rectangle[] => [
      [40 + 10 * index, 30, 7, 24],
      [40 + 10 * index, 34 + 8 * (index % 3), 10, 5],
    ]).flat();
    const page = drawing(400, 300, [...lines, ...letters]);
    expect(turnLightOnDark(page, 128)).toBe(page);
  });

  test("is not seen in a dark shape that is no rectangle, such as a stamp", () => {
    const stairs = Array.from({ length: 12 }, (_, step): Rectangle => [200 + 8 * step, 20 + 8 * step, 24, 8]);
    const page = drawing(400, 300, [...lines, ...stairs]);
    expect(turnLightOnDark(page, 128)).toBe(page);
  });
});

describe("a bar", () => {
  const bar: Patch = [40, 32, 200, 32, 0];
  const isTurned = (...light: readonly Patch[]) => {
    const page = painted(400, 300, 255, [bar, ...light]);
    return turnLightOnDark(page, 128) !== page;
  };

  test.each<[string, Patch, boolean]>([
    ["a fiftieth of it", [60, 40, 16, 8, 255], true],
    ["less", [60, 40, 127, 1, 255], false],
  ])("is turned where %s is light", (_, light, expected) => {
    expect(isTurned(light)).toBe(expected);
  });

  test.each<[string, Patch, Patch]>([
    ["upper", [60, 33, 20, 8, 255], [60, 33, 21, 8, 255]],
    ["lower", [60, 55, 20, 8, 255], [60, 55, 21, 8, 255]],
    ["left", [41, 40, 60, 3, 255], [41, 40, 60, 4, 255]],
    ["right", [179, 40, 60, 3, 255], [179, 40, 60, 4, 255]],
  ])("has print on it that reaches its %s side with no more than a tenth", (_, little, much) => {
    expect([isTurned(little), isTurned(much)]).toEqual([true, false]);
  });
});
