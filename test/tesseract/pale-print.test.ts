import { describe, expect, test } from "bun:test";
import { darkThreshold } from "../../src/tesseract/picture/dark-threshold.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { liftPalePrint } from "../../src/tesseract/picture/pale-print.ts";

type Rectangle = readonly [left: number, top: number, width: number, height: number, level: number];

const size = { width: 400, height: 320 };

function painted(paper: number, rectangles: readonly Rectangle[]): GreyImage {
  const data = new Uint8Array(size.width * size.height).fill(paper);
  for (const [left, top, width, height, level] of rectangles) {
    for (let y = top; y < top + height; y++) data.fill(level, y * size.width + left, y * size.width + left + width);
  }
  return { ...size, data };
}

/** Strokes as letters have them, from one margin to the other. */
const line = (top: number, level: number): Rectangle[] =>
  Array.from({ length: 50 }, (_, at) => [20 + 7 * at, top, 3, 18, level]);
const lines = (level: number) => [30, 80, 130].flatMap((top) => line(top, level));

const noisy = (image: GreyImage, strength: number): GreyImage => ({
  ...image,
  data: image.data.map((level, at) =>
    Math.max(0, Math.min(255, level + ((at * 7919) % (2 * strength + 1)) - strength)),
  ),
});

const isInk = (image: GreyImage) => {
  const threshold = darkThreshold(image);
  return image.data.map((level) => (level < threshold ? 1 : 0));
};

describe("pale print becomes as dark as ink", () => {
  test.each([
    ["light grey on white", 255, 210],
    ["light grey on grey", 225, 180],
    ["hardly to be seen", 250, 220],
  ])("on a page that has no other: %s", (_, paper, print) => {
    const page = painted(paper, lines(print));
    expect(darkThreshold(page)).toBe(0);
    expect(isInk(liftPalePrint(page))).toEqual(isInk(painted(255, lines(0))));
  });

  test("between lines of dark print, which stay as they are", () => {
    const dark = [...line(30, 0), ...line(180, 0), ...line(230, 0)];
    const pale = [...line(80, 195), ...line(130, 195)];
    const lifted = liftPalePrint(painted(255, [...dark, ...pale]));
    expect(isInk(lifted)).toEqual(isInk(painted(255, [...dark, ...line(80, 0), ...line(130, 0)])));
  });

  test("on paper with a little noise, which stays paper", () => {
    const lifted = liftPalePrint(noisy(painted(230, lines(170)), 4));
    expect(isInk(lifted)).toEqual(isInk(painted(255, lines(0))));
  });
});

test("what is lighter than the paper stays so, and nothing becomes darker than black", () => {
  const page = painted(230, [...lines(185), [100, 40, 1, 1, 240], [104, 82, 1, 6, 40]]);
  const lifted = liftPalePrint(page);
  const levelAt = (x: number, y: number) => lifted.data[y * size.width + x];
  expect([levelAt(100, 40), levelAt(104, 84), levelAt(20, 35), levelAt(25, 35)]).toEqual([240, 0, 0, 230]);
});

describe("a page is left as it is", () => {
  test.each<[string, GreyImage]>([
    ["with dark print", painted(255, lines(20))],
    ["with grey print that is dark enough", painted(255, lines(110))],
    ["without print", painted(240, [])],
    ["with noise alone", noisy(painted(225, []), 20)],
    ["with a pale stain", painted(255, [...lines(0), [100, 200, 120, 90, 195]])],
    ["with a few pale specks", painted(255, [...lines(0), [100, 200, 3, 3, 180], [300, 260, 3, 3, 180]])],
    ["with print on its back that shines through", painted(255, [...line(30, 0), ...line(80, 0), ...line(200, 225)])],
  ])("%s", (_, page) => expect(liftPalePrint(page)).toBe(page));
});
