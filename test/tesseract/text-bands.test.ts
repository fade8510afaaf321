import { describe, expect, test } from "bun:test";
import { textBands } from "../../src/tesseract/lines/text-bands.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

/** Lines of 20 px, far apart. */
const lines: readonly Rectangle[] = [
  [10, 100, 200, 20],
  [10, 150, 200, 20],
  [10, 200, 200, 20],
];
/** From where to where the bands go that these make beside the lines. */
const extents = (...ink: readonly Rectangle[]) =>
  textBands(drawing(300, 1000, [...lines, ...ink]), 128).map(({ top, height }) => [top, top + height]);
const [first, second, third] = [
  [100, 120],
  [150, 170],
  [200, 220],
];

describe("a strip of ink", () => {
  test.each<[string, Rectangle[], number[][]]>([
    ["two pixels wide is a mark", [[50, 92, 2, 5]], [[92, 120]]],
    ["one pixel wide is dirt", [[50, 92, 1, 5]], [[100, 120]]],
    [
      "three rows high is read",
      [[50, 20, 90, 3]],
      [
        [20, 23],
        [100, 120],
      ],
    ],
    ["two rows high is dirt", [[50, 20, 90, 2]], [[100, 120]]],
    ["lower than 0.7 of a line is its mark", [[50, 87, 90, 12]], [[87, 120]]],
    [
      "as high as that is a line of its own",
      [[50, 82, 90, 14]],
      [
        [82, 96],
        [100, 120],
      ],
    ],
    ["nearer than 0.4 of a line is its mark", [[50, 88, 90, 5]], [[88, 120]]],
    [
      "as far away as that is a line of its own",
      [[50, 87, 90, 5]],
      [
        [87, 92],
        [100, 120],
      ],
    ],
    [
      "belongs to the marks and the line below it",
      [
        [50, 90, 90, 3],
        [50, 95, 90, 3],
      ],
      [[90, 120]],
    ],
  ])("%s", (_, ink, upper) => {
    expect(extents(...ink)).toEqual([...upper, second, third].map((band) => [...(band ?? [])]));
  });

  test.each<[string, Rectangle, number[][]]>([
    [
      "nearer to the line above",
      [50, 175, 90, 4],
      [
        [150, 179],
        [186, 206],
      ],
    ],
    [
      "nearer to the line below",
      [50, 177, 90, 4],
      [
        [150, 170],
        [177, 206],
      ],
    ],
    [
      "as near to both, to the line below",
      [50, 176, 90, 4],
      [
        [150, 170],
        [176, 206],
      ],
    ],
  ])("between two lines goes to the one that it is nearer to: %s", (_, mark, bands) => {
    const ink: Rectangle[] = [[10, 100, 200, 20], [10, 150, 200, 20], mark, [10, 186, 200, 20]];
    expect(textBands(drawing(300, 1000, ink), 128).map(({ top, height }) => [top, top + height])).toEqual([
      [100, 120],
      ...bands,
    ]);
  });

  test("of a page is told beside noise that lies in all of its rows", () => {
    expect(extents([290, 0, 2, 1000])).toEqual([first, second, third].map((band) => [...(band ?? [])]));
  });
});

describe("a band is parted at its waist", () => {
  const band = (lower: number, waist: number): Rectangle[] => [
    [10, 600, 100, 14],
    [40, 614, waist, 5],
    [10, 619, 100, lower],
  ];
  test.each([
    ["from 1.7 lines on", band(15, 4), 2],
    ["and no lower one", band(14, 4), 1],
    ["where less than 0.4 of its mean is left", band(15, 36), 2],
    ["and not where more is", band(15, 37), 1],
    ["as often as there are lines", [...band(20, 4), [40, 639, 4, 5], [10, 644, 100, 20]] as Rectangle[], 3],
  ])("%s", (_, ink, count) => {
    const found = extents(...ink).slice(3);
    expect(found).toHaveLength(count);
    expect(found[0]?.[0]).toBe(600);
    expect(found.at(-1)?.[1]).toBe(Math.max(...ink.map(([, top, , height]) => top + height)));
  });
});

test("the height of lines is that of the page, be the picture a part of it", () => {
  const part = drawing(300, 400, [
    [10, 30, 280, 80],
    [10, 220, 280, 80],
    [60, 110 + 20, 20, 10],
  ]);
  const extentsOn = (pageHeight?: number) =>
    textBands(part, 128, pageHeight).map(({ top, height }) => [top, top + height]);
  expect(extentsOn(1400)).toEqual([
    [30, 140],
    [220, 300],
  ]);
  expect(extentsOn()).toHaveLength(3);
});
