import { describe, expect, test } from "bun:test";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { turnNegative } from "../../src/tesseract/picture/negative.ts";
import { painted } from "../support/painted.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

const [width, height] = [400, 300];
const lines = [40, 70, 100, 130, 160].flatMap((top) =>
  Array.from({ length: 12 }, (_, index): Rectangle => [40 + 14 * index, top, 6, 10]),
);
/** Lines of words, the print and the paper in these levels. */
const page = (paper: number, print: number): GreyImage => {
  const { data } = drawing(width, height, lines);
  return { width, height, data: data.map((level) => (level === 0 ? print : paper)) };
};

/** From all of the light at the left to a quarter of it at the right. */
const lit = (image: GreyImage): GreyImage => ({
  ...image,
  data: image.data.map((level, at) => level * (1 - (0.75 * (at % width)) / width)),
});

const withBar = (image: GreyImage, level: number, print: number): GreyImage => {
  const data = image.data.slice();
  for (let y = 200; y < 260; y++) {
    for (let x = 20; x < 380; x++) data[y * width + x] = x % 14 < 6 && y >= 220 && y < 230 ? print : level;
  }
  return { ...image, data };
};

describe("a page whose print is lighter than its paper", () => {
  test.each<[string, GreyImage, GreyImage]>([
    ["black paper", page(0, 255), page(255, 0)],
    ["the paper of a blueprint", page(72, 225), page(183, 30)],
    ["faint print", page(90, 130), page(165, 125)],
    ["a light bar with dark print on it", withBar(page(0, 255), 140, 0), withBar(page(255, 0), 115, 255)],
  ])("is turned, also with %s", (_, negative, positive) => {
    expect(turnNegative(negative)).toEqual(positive);
  });

  test.each<[string, GreyImage]>([
    ["black print", page(255, 0)],
    ["faint print", page(130, 90)],
    ["dark grey paper", page(80, 0)],
    ["a shadow over most of it", lit(page(240, 20))],
    ["dark bars with light print", withBar(page(255, 0), 0, 255)],
    ["nothing on it", page(20, 20)],
    ["print that is hardly lighter", page(100, 118)],
    ["print that is darker beside what is lighter", withBar(page(100, 150), 100, 60)],
    ["no paper, such as a photograph", { width, height, data: page(0, 0).data.map((_, at) => (at * 97) % 256) }],
  ])("is not seen in one with %s", (_, image) => {
    expect(turnNegative(image)).toBe(image);
  });
});

describe("a faint page of one ground", () => {
  const page = (lighter: number, darker: number) =>
    painted(100, 100, 100, [
      [0, 0, 10, 10, 100 + lighter],
      [50, 0, 10, 10, 100 - darker],
    ]);

  test.each([
    ["24 levels lighter", 24, 0, true],
    ["less so", 23, 0, false],
    ["more than twice as much lighter as darker", 41, 20, true],
    ["twice as much", 40, 20, false],
  ])("is turned where what differs from it is %s: %p and %p", (_, lighter, darker, isTurned) => {
    const image = page(lighter, darker);
    const turned = turnNegative(image);
    expect(turned.data[100 * 50]).toBe(isTurned ? 155 : 100);
    expect(turned === image).toBe(!isTurned);
  });
});
