import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { isMostlyIn } from "../../src/tesseract/layout/boxes.ts";
import { findCheckBoxes, textOfCheckBox, withoutCheckBoxes } from "../../src/tesseract/layout/check-boxes.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { drawing, type Rectangle, thaiLine } from "../support/thai-page.ts";

// Typesetting takes seconds on a busy machine of two cores.
setDefaultTimeout(60_000);

const threshold = 128;
const [width, height] = [200, 120] as const;

/** A frame of lines of so many pixels. */
const frame = (left: number, top: number, wide: number, high = wide, thick = 2): Rectangle[] => [
  [left, top, wide, thick],
  [left, top + high - thick, wide, thick],
  [left, top, thick, high],
  [left + wide - thick, top, thick, high],
];
/** A stroke of three pixels that rises by one for each to the right. */
const stroke = (left: number, bottom: number, length: number): Rectangle[] =>
  Array.from({ length }, (_, at) => [left + at, bottom - at, 3, 3]);
const square = frame(50, 50, 20);
const found = (rectangles: readonly Rectangle[]) => findCheckBoxes(drawing(width, height, rectangles), threshold);

describe("a check box", () => {
  test.each<[string, readonly Rectangle[], boolean]>([
    ["empty", square, false],
    ["with a stroke in it", [...square, ...stroke(54, 62, 9)], true],
    ["with a stroke that leaves it at the upper right corner", [...square, ...stroke(54, 64, 24)], true],
    ["with a stroke that crosses it", [...square, ...stroke(42, 74, 34)], true],
    ["with a speck in it", [...square, [58, 58, 3, 3]], false],
  ])("is found %s", (_, rectangles, isTicked) => {
    const [box, another] = found(rectangles);
    expect(another).toBeUndefined();
    expect(box).toMatchObject({ isTicked, top: 50, height: 20 });
    expect(Math.abs((box?.left ?? 0) - 50)).toBeLessThanOrEqual(2);
    expect(Math.abs((box?.width ?? 0) - 20)).toBeLessThanOrEqual(2);
  });

  test.each<[string, readonly Rectangle[]]>([
    ["that is too small", frame(50, 50, 14)],
    ["that is too large", frame(50, 30, 42)],
    ["that is no square", frame(50, 50, 20, 26)],
    ["of thick lines", frame(50, 50, 20, 20, 6)],
    ["that is filled", [...square, [50, 50, 20, 20]]],
    ["one side of which is missing", square.slice(0, 3)],
    ["the lower side of which is missing", square.filter((_, at) => at !== 1)],
    ["whose lines go on, as in a table", [...square, [20, 50, 160, 2], [20, 68, 160, 2]]],
    [
      "that is a round letter of thick strokes",
      [
        [50, 50, 20, 2],
        [46, 52, 6, 16],
        [68, 52, 6, 16],
        [50, 68, 20, 2],
      ],
    ],
    [
      "beside others that are higher by chance",
      [...frame(24, 50, 20, 24), ...frame(50, 50, 20, 23), ...frame(76, 50, 20, 24)],
    ],
    ["beside others, as for the digits of a number", [0, 1, 2].flatMap((at) => frame(50 + 26 * at, 50, 20))],
  ])("is none %s", (_, rectangles) => {
    expect(found(rectangles)).toEqual([]);
  });

  test("is one beside one other, or others that are farther off", () => {
    expect(found([0, 1].flatMap((at) => frame(50 + 26 * at, 50, 20)))).toHaveLength(2);
    expect(found([0, 1, 2].flatMap((at) => frame(50 + 34 * at, 50, 20)))).toHaveLength(3);
  });

  test("is none in a pattern of more than 400", () => {
    const pattern = (count: number) =>
      findCheckBoxes(
        drawing(
          620,
          620,
          Array.from({ length: count }, (_, at) =>
            frame(10 + 29 * (at % 21), 10 + 29 * Math.floor(at / 21), 16),
          ).flat(),
        ),
        threshold,
      );
    expect(pattern(400)).toHaveLength(400);
    expect(pattern(401)).toEqual([]);
  });

  test.each(["4", "B", "12", "ก"])("is none where %s is printed in it", async (text) => {
    const print = await thaiLine(text, threshold);
    const side = Math.max(print.width, print.height) + 10;
    const image = drawing(width, height, frame(50, 40, side));
    expect(findCheckBoxes(image, threshold)).toHaveLength(1);
    const [left, top] = [50 + ((side - print.width) >> 1), 40 + ((side - print.height) >> 1)];
    expect(findCheckBoxes(withPicture(image, print, left, top), threshold)).toEqual([]);
  });

  test("is ticked where a cross stands in it", async () => {
    const print = await thaiLine("x", threshold);
    const image = withPicture(drawing(width, height, frame(50, 40, print.height + 16)), print, 58, 48);
    expect(findCheckBoxes(image, threshold)).toMatchObject([{ isTicked: true }]);
  });

  test("stands in the line that most of it is in", () => {
    const box = { left: 50, top: 50, width: 20, height: 20 };
    expect(isMostlyIn(box, { left: 39, top: 39, width: 22, height: 22 })).toBe(true);
    expect(isMostlyIn(box, { left: 40, top: 39, width: 20, height: 22 })).toBe(false);
    expect(isMostlyIn(box, { left: 39, top: 40, width: 22, height: 20 })).toBe(false);
  });

  test("is written as a sign", () => {
    const box = { left: 0, top: 0, width: 20, height: 20 };
    expect([false, true].map((isTicked) => textOfCheckBox({ ...box, isTicked }))).toEqual(["☐", "☑"]);
  });
});

describe("a page without its check boxes", () => {
  const without = (rectangles: readonly Rectangle[]) => {
    const image = drawing(width, height, rectangles);
    return withoutCheckBoxes(image, threshold, findCheckBoxes(image, threshold));
  };
  const label: Rectangle = [76, 52, 30, 16];

  test("has neither these nor their ticks, and what is printed beside them", () => {
    expect(without([...square, label]).data).toEqual(drawing(width, height, [label]).data);
    expect(without([...square, ...stroke(54, 64, 24)]).data).toEqual(drawing(width, height, []).data);
  });

  test("keeps a tick that touches print", () => {
    const touched: Rectangle = [76, 20, 90, 30];
    const page = without([...square, ...stroke(54, 64, 24), touched]);
    const isInk = (x: number, y: number) => (page.data[y * width + x] ?? 255) < threshold;
    expect(isInk(160, 40)).toBe(true);
    expect(isInk(76, 42)).toBe(true);
    expect(isInk(74, 45)).toBe(true);
    expect(isInk(52, 60)).toBe(false);
  });

  test("is the same where there are none", () => {
    const image = drawing(width, height, [label]);
    expect(withoutCheckBoxes(image, threshold, [])).toBe(image);
  });
});

/** With another picture in it, from this place on. */
function withPicture(image: GreyImage, other: GreyImage, left: number, top: number): GreyImage {
  const data = image.data.slice();
  for (let y = 0; y < other.height; y++)
    data.set(other.data.subarray(y * other.width, (y + 1) * other.width), (top + y) * image.width + left);
  return { ...image, data };
}
