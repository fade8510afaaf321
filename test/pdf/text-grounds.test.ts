import { describe, expect, test } from "bun:test";
import type { Box } from "../../src/pdf/geometry/coverage.ts";
import { createSeenCharacters, standsOut } from "../../src/pdf/geometry/seen-characters.ts";
import { createTextGrounds, type Rgb } from "../../src/pdf/geometry/text-grounds.ts";

const page: Box = [0, 0, 600, 800];
const line: Box = [50, 100, 450, 112];
const around: Box = [40, 90, 460, 120];
const [black, white, blue]: [Rgb, Rgb, Rgb] = [
  [0, 0, 0],
  [1, 1, 1],
  [0.1, 0.3, 0.6],
];

describe("text that may not be seen", () => {
  type Step = ["text", Box, Rgb | undefined] | ["ground", Box, Rgb | undefined];
  const strips: Step[] = Array.from({ length: 42 }, (_, index) => {
    const left = 40 + index * 10;
    return ["ground", [left, 90, left + 10, 120], undefined];
  });

  test.each<[string, number, Step[]]>([
    ["black on the page", 0, [["text", line, black]]],
    ["white on the page", 60, [["text", line, white]]],
    [
      "white on a dark ground",
      0,
      [
        ["ground", around, blue],
        ["text", line, white],
      ],
    ],
    [
      "the colour of its ground",
      60,
      [
        ["ground", around, blue],
        ["text", line, blue],
      ],
    ],
    [
      "white on a sheet over a dark ground",
      60,
      [
        ["ground", page, blue],
        ["ground", around, white],
        ["text", line, white],
      ],
    ],
    [
      "over a picture",
      60,
      [
        ["ground", page, undefined],
        ["text", line, black],
      ],
    ],
    ["of a colour that is not known", 60, [["text", line, undefined]]],
    [
      "painted over",
      60,
      [
        ["text", line, black],
        ["ground", around, white],
      ],
    ],
    [
      "half painted over",
      30,
      [
        ["text", line, black],
        ["ground", [50, 90, 250, 120], undefined],
      ],
    ],
    ["under many strips", 60, [["text", line, black], ...strips]],
    [
      "beside a rule",
      0,
      [
        ["text", line, black],
        ["ground", [40, 111, 460, 112], black],
      ],
    ],
    ["of no height", 60, [["text", [50, 100, 90, 102], black]]],
  ])("%s", (_what, doubtful, steps) => {
    const grounds = createTextGrounds(page);
    for (const [kind, box, colour] of steps) {
      if (kind === "text") grounds.addText(box, colour, { glyphs: 60, smallest: 9, isBlended: false });
      else grounds.addGround(box, colour);
    }
    expect(grounds.doubtfulGlyphs()).toBe(doubtful);
  });
});

test("text of letters that are too small to be read is in doubt whatever its box", () => {
  const grounds = createTextGrounds(page);
  grounds.addText(line, black, { glyphs: 60, smallest: 0.5, isBlended: false });
  expect(grounds.doubtfulGlyphs(() => true)).toBe(60);
});

describe("text on a picture is in doubt", () => {
  const doubt = (stands: boolean, isBlended: boolean, after: Box[] = []) => {
    const grounds = createTextGrounds(page);
    grounds.addGround(page, undefined);
    grounds.addText(line, black, { glyphs: 60, smallest: 9, isBlended });
    for (const box of after) grounds.addGround(box, undefined);
    return grounds.doubtfulGlyphs(() => stands);
  };

  test.each([
    ["unless it stands out from it", 0, doubt(true, false)],
    ["where it does not", 60, doubt(false, false)],
    ["where it is mixed with it", 60, doubt(true, true)],
    ["where another picture lies on it", 60, doubt(true, false, [page])],
    ["where one lies on half of it", 30, doubt(true, false, [[50, 90, 250, 120]])],
  ])("%s", (_what, expected, found) => expect(found).toBe(expected));

  test.each<[string, boolean, Box, Rgb]>([
    ["black stands out from grey", true, [0, 0, 20, 10], black],
    ["white does, a third of the way from black", true, [0, 0, 20, 10], white],
    ["grey does not from the same grey", false, [0, 0, 20, 10], [0.5, 0.5, 0.5]],
    ["black does not where one pixel is black", false, [15.5, 2, 30.2, 6], black],
    ["blue does not from a blue that is a little darker", false, [31, 0, 38, 10], blue],
  ])("%s", (_what, expected, box, colour) => {
    const [widthPx, heightPx] = [40, 10];
    const levels = new Uint8Array(widthPx * heightPx * 3).fill(120);
    levels.fill(0, (5 * widthPx + 30) * 3, (5 * widthPx + 31) * 3);
    for (let at = 0; at < widthPx * heightPx; at += 1) if (at % widthPx > 30) levels.set([10, 50, 120], at * 3);
    expect(standsOut({ levels, widthPx, heightPx, strideBytes: widthPx * 3 }, box, colour)).toBe(expected);
  });
});

describe("characters that make a difference", () => {
  const [widthPx, heightPx] = [40, 10];
  const without = new Uint8Array(widthPx * heightPx * 3).fill(200);
  const shown = without.slice();
  shown.fill(190, (5 * widthPx + 5) * 3, (5 * widthPx + 6) * 3);
  shown.fill(195, (5 * widthPx + 25) * 3, (5 * widthPx + 26) * 3);

  test.each<[string, Box, number, number]>([
    ["one that is drawn is seen", [3, 2, 8, 8], 12, 0],
    ["one that is hardly another colour is not", [22, 2, 28, 8], 12, 1],
    ["one that is not drawn is not", [12, 2, 18, 8], 12, 1],
    ["one outside the page is not", [50, 2, 58, 8], 12, 1],
    ["one of no size is not", [3, 2, 8, 8], 1, 1],
    ["one without a place of its own does not count", [12, 2, 12, 8], 12, 0],
  ])("%s", (_what, box, heightPt, hidden) => {
    const seen = createSeenCharacters({ shown, without, widthPx, heightPx, strideBytes: widthPx * 3 });
    seen.add(box, heightPt);
    expect(seen.hidden()).toBe(hidden);
  });
});
