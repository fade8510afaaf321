import { describe, expect, test } from "bun:test";
import { aroundPieces, boxToRead } from "../../src/tesseract/lines/boxes-to-read.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";

const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });
const page = { width: 800, height: 400 };
const piece = box(100, 95, 100, 30);

describe("around a line there is room", () => {
  const alone = { left: 88, top: 91, right: 212, bottom: 129 };
  test.each<[string, Box[], Partial<typeof alone>]>([
    ["by its height", [], {}],
    ["up to half the way to what stands on its right", [box(206, 95, 50, 30)], { right: 203 }],
    ["up to half the way to what stands on its left", [box(44, 95, 50, 30)], { left: 97 }],
    ["and not less where something overlaps it on its right", [box(190, 95, 100, 30)], { right: 200 }],
    ["and not less where something overlaps it on its left", [box(10, 95, 100, 30)], { left: 100 }],
    ["whatever stands above and below it", [box(206, 60, 50, 35), box(44, 125, 50, 30)], {}],
    ["whatever stands farther away", [box(300, 95, 50, 30), box(10, 95, 20, 30)], {}],
  ])("%s", (_, others, expected) => {
    const { left, top, width, height } = aroundPieces([piece], [piece, ...others], page);
    expect({ left, top, right: left + width, bottom: top + height }).toEqual({ ...alone, ...expected });
  });

  test("up to the edges of the page", () => {
    expect(aroundPieces([box(5, 2, 790, 397)], [], page)).toEqual(box(0, 0, 800, 400));
  });

  test("around all of its pieces", () => {
    expect(aroundPieces([piece, box(300, 95, 100, 30)], [], page)).toEqual(box(88, 91, 324, 38));
  });
});

describe("a line is read", () => {
  const band = box(98, 85, 120, 45);
  const around = aroundPieces([piece], [piece], page);

  test.each<[string, Box[], Box[], Box]>([
    ["in the band of ink that it fills", [], [band], band],
    ["in that band whatever bands stand elsewhere", [], [box(98, 40, 120, 40), band, box(98, 140, 120, 40)], band],
    ["in that band where another has less than 0.3 of its height in common", [], [band, box(98, 117, 120, 27)], band],
    ["around its pieces where there are two bands", [], [band, box(98, 115, 120, 27)], around],
    [
      "around its pieces where a low band has more than 0.3 of itself in common",
      [],
      [band, box(98, 121, 120, 10)],
      around,
    ],
    [
      "around its pieces where a high band has more than 0.3 of the line in common",
      [],
      [band, box(98, 113, 120, 100)],
      around,
    ],
    ["around its pieces where there is no band", [], [], around],
    ["around its pieces where they fill less than 0.8 of the band", [], [box(98, 85, 125, 45)], around],
    [
      "in that band whatever pieces stand above and below it",
      [box(100, 60, 100, 48), box(100, 115, 100, 30)],
      [band],
      band,
    ],
    [
      "around its pieces where another piece has its middle in the upper end of the band",
      [box(100, 60, 100, 50)],
      [band],
      aroundPieces([piece], [piece, box(100, 60, 100, 50)], page),
    ],
    [
      "around its pieces where another piece has its middle in the lower end of the band",
      [box(100, 114, 100, 30)],
      [band],
      aroundPieces([piece], [piece, box(100, 114, 100, 30)], page),
    ],
    [
      "in the band that no other piece has, where the other band is that of a line below",
      [box(100, 135, 100, 30)],
      [band, box(98, 115, 120, 50)],
      band,
    ],
    [
      "around its pieces where a band is cut off by a line that stands lower beside it",
      [box(400, 115, 100, 30)],
      [box(98, 85, 120, 25), box(98, 110, 402, 45)],
      around,
    ],
  ])("%s", (_, others, bands, expected) => {
    expect(boxToRead([piece], [piece, ...others], bands, page)).toEqual(expected);
  });
});
