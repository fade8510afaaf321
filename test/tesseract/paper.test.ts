import { describe, expect, test } from "bun:test";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { levelLight, paperOf } from "../../src/tesseract/picture/paper.ts";

const [width, height] = [480, 480];

type Rectangle = readonly [left: number, top: number, width: number, height: number, level: number];

function painted(rectangles: readonly Rectangle[]): GreyImage {
  const data = new Uint8Array(width * height).fill(240);
  for (const [left, top, wide, high, level] of rectangles) {
    for (let y = top; y < top + high; y++) data.fill(level, y * width + left, y * width + left + wide);
  }
  return { width, height, data };
}

/** From all of the light in one corner to two fifths of it in the other. */
const lit = (image: GreyImage): GreyImage => ({
  ...image,
  data: image.data.map((level, at) => level * (1 - (0.3 * ((at % width) + Math.floor(at / width))) / width)),
});

/** A ground as high as a third of the page, with light print. */
const ground: Rectangle = [48, 160, 384, 160, 120];
const print = Array.from({ length: 20 }, (_, at): Rectangle => [80 + 16 * at, 230, 4, 20, 240]);
const words = Array.from({ length: 20 }, (_, at): Rectangle => [80 + 16 * at, 60, 4, 20, 20]);
const page = painted([ground, ...print, ...words]);

const levelAt = ({ data }: GreyImage, x: number, y: number) => data[y * width + x] ?? 0;

describe("the light that falls on a page", () => {
  test("is divided out by its paper, and a coloured ground keeps one level that is darker", () => {
    const even = levelLight(lit(page));
    expect(
      [levelAt(even, 20, 20), levelAt(even, 240, 100), levelAt(even, 460, 460)].every((level) => level > 245),
    ).toBe(true);
    const grounds = [60, 240, 420].map((x) => levelAt(even, x, 280));
    for (const level of grounds) expect(level).toBeWithin(115, 140);
    expect(levelAt(even, 82, 240)).toBeGreaterThan(240);
    expect(levelAt(even, 82, 70)).toBeLessThan(30);
  });

  test.each<[string, GreyImage]>([
    ["evenly", page],
    ["evenly, on paper that is dark", { ...page, data: page.data.map((level) => level / 3) }],
    [
      "nowhere in a corner",
      { ...page, data: lit(page).data.map((level, at) => Math.max(0, level - (at % width) / 3)) },
    ],
    ["on a picture without paper", { ...page, data: page.data.map((_, at) => (at * 97) % 256) }],
  ])("%s is not divided out", (_, image) => expect(levelLight(image)).toBe(image));

  test("is that of the largest part without an edge: no ground and no picture is paper", () => {
    const { isPaper, levels } = paperOf(lit(page)) ?? { isPaper: new Uint8Array(), levels: { columns: 1 } };
    const at = (x: number, y: number) => isPaper[Math.floor(y / 16) * levels.columns + Math.floor(x / 16)];
    expect([at(8, 8), at(470, 470), at(88, 68), at(240, 280), at(88, 240)]).toEqual([1, 1, 1, 0, 0]);
  });

  test.each([
    ["two fifths", [64, 48, 48], true],
    ["less", [48, 48, 32, 32], false],
  ])("is seen where the largest part is %s of the page", (_, widths, isSeen) => {
    const data = new Uint8Array(160 * 160);
    widths.reduce((left, wide, at) => {
      for (let y = 0; y < 160; y++) data.fill(240 - 60 * at, y * 160 + left, y * 160 + left + wide);
      return left + wide;
    }, 0);
    expect(paperOf({ width: 160, height: 160, data }) !== undefined).toBe(isSeen);
  });
});
