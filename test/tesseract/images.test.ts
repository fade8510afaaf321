import { describe, expect, test } from "bun:test";
import { encode } from "fast-png";
import { textBands } from "../../src/tesseract/lines/text-bands.ts";
import { darkThreshold, whitenPaper } from "../../src/tesseract/picture/dark-threshold.ts";
import { rotate, skewDegrees } from "../../src/tesseract/picture/deskew.ts";
import { crop, decodeGreyPng, encodePgm, type GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { inkOutside } from "../../src/tesseract/picture/ink.ts";
import { removeRulingLines } from "../../src/tesseract/picture/ruling-lines.ts";
import { drawing, greyPng, type Rectangle, thaiPage } from "../support/thai-page.ts";

const dark = ({ data }: GreyImage) => data.reduce((sum, level) => sum + (level < 128 ? 1 : 0), 0);
const page = await thaiPage("<p>ที่ประชุมเห็นชอบให้แก้ไขแบบก่อสร้าง</p><p>ผู้รับจ้างต้องส่งแผนงานใหม่ภายใน 7 วัน</p>");

describe("grey pictures", () => {
  test.each([
    ["grey", 1, [10, 200], [10, 200]],
    ["grey with transparency on white", 2, [10, 255, 10, 0], [10, 255]],
    ["RGB by luma", 3, [255, 0, 0, 0, 255, 0], [76, 149]],
    ["RGB with transparency on white", 4, [0, 0, 0, 255, 0, 0, 0, 0], [0, 255]],
  ] as const)("are decoded from %s", (_, channels, samples, levels) => {
    const png = encode({ width: 2, height: 1, data: Uint8Array.from(samples), channels, depth: 8 });
    expect(decodeGreyPng(png, 100)).toEqual({ width: 2, height: 1, data: Uint8Array.from(levels) });
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["garbage", new Uint8Array(500).fill(7)],
    ["half a picture", greyPng(drawing(50, 50, [])).subarray(0, 60)],
    ["16 bits a sample", encode({ width: 1, height: 1, data: Uint16Array.from([1]), channels: 1, depth: 16 })],
  ])("are not made of %s", (_, png) => {
    expect(() => decodeGreyPng(png, 1_000_000)).toThrow();
  });

  test("are taken up to the pixels that were set", () => {
    const png = greyPng(drawing(50, 50, []));
    expect(decodeGreyPng(png, 2500)).toEqual(drawing(50, 50, []));
    expect(() => decodeGreyPng(png, 2499)).toThrow("The picture has 2500 pixels; at most 2499 are read.");
  });

  test("are refused by their header when they are too large", () => {
    const png = greyPng(drawing(50, 50, []));
    new DataView(png.buffer, png.byteOffset).setUint32(16, 1_000_000);
    expect(() => decodeGreyPng(png, 40_000_000)).toThrow("The picture has 50000000 pixels; at most 40000000 are read.");
  });

  test("are written as PGM", () => {
    const pgm = encodePgm({ width: 2, height: 1, data: Uint8Array.from([1, 2]) });
    expect(new TextDecoder().decode(pgm.subarray(0, -2))).toBe("P5\n2 1\n255\n");
    expect([...pgm.subarray(-2)]).toEqual([1, 2]);
  });

  test("are cropped with a white margin", () => {
    const image = drawing(4, 4, [[1, 1, 2, 2]]);
    expect(crop(image, { left: 1, top: 1, width: 2, height: 2 }, 1)).toEqual(image);
  });
});

describe("the dark threshold", () => {
  test.each([
    ["parts black from white", drawing(20, 20, [[0, 0, 5, 5]]), 1, 255],
    ["parts grey ink from grey paper", { width: 4, height: 1, data: Uint8Array.from([90, 100, 190, 200]) }, 101, 190],
  ])("%s", (_, image, least, most) => {
    expect(darkThreshold(image)).toBeGreaterThanOrEqual(least);
    expect(darkThreshold(image)).toBeLessThanOrEqual(most);
  });

  test("finds the little ink of one line on noisy paper, and makes that paper white", () => {
    const data = Uint8Array.from({ length: 10_000 }, (_, index) => (index < 30 ? 20 : 195 + ((index * 7) % 60)));
    const image = { width: 100, height: 100, data };
    const threshold = darkThreshold(image);
    expect(threshold).toBeGreaterThan(20);
    expect(threshold).toBeLessThan(195);
    expect(dark(whitenPaper(image, threshold))).toBe(30);
    expect(whitenPaper(image, threshold).data.filter((level) => level === 255)).toHaveLength(9970);
  });

  test("finds no ink on noisy blank paper", () => {
    const data = Uint8Array.from({ length: 1000 }, (_, index) => 230 + ((index * 7) % 25));
    expect(darkThreshold({ width: 100, height: 10, data })).toBe(0);
  });
});

describe("levelling", () => {
  test.each([0.4, 1.5, -2.3, 4.5, -4.5])("finds a skew of %p° within a tenth and takes it away", (degrees) => {
    const skewed = rotate(page, -degrees);
    const found = skewDegrees(skewed, 128);
    expect(Math.abs(found - degrees)).toBeLessThan(0.15);
    expect(skewDegrees(rotate(skewed, found), 128)).toBe(0);
  });

  test.each([
    ["a level page", page],
    ["a skew that does not matter", rotate(page, 0.15)],
    ["an empty page", drawing(100, 100, [])],
    ["a black page", drawing(100, 100, [[0, 0, 100, 100]])],
  ])("leaves %s alone", (_, image) => {
    expect(skewDegrees(image, 128)).toBe(0);
  });
});

describe("ruling lines", () => {
  test.each([
    ["a horizontal line", [[100, 50, 300, 2]], 0],
    ["a vertical line", [[100, 50, 2, 300]], 0],
    [
      "a frame",
      [
        [100, 50, 300, 2],
        [100, 400, 300, 2],
        [100, 50, 2, 350],
        [400, 50, 2, 352],
      ],
      0,
    ],
    ["a line across its whole width", [[0, 0, 1000, 1]], 0],
    [
      "a line and the grey edge beside it, but not what stands 3 px away",
      [
        [100, 50, 300, 1],
        [120, 48, 9, 1],
        [120, 53, 9, 1],
      ],
      9,
    ],
    [
      "a bar that is thin at its beginning",
      [
        [100, 50, 300, 2],
        [140, 52, 260, 58],
      ],
      15_680,
    ],
    [
      "strokes of letters",
      [
        [100, 50, 40, 4],
        [100, 50, 4, 40],
      ],
      304,
    ],
  ] as const)("%s leaves so much ink", (_, rectangles, left) => {
    expect(dark(removeRulingLines(drawing(1000, 1400, rectangles), 128).image)).toBe(left);
  });

  test("are told where they stand, each for itself, and as one where they are thick", () => {
    const { rules } = removeRulingLines(
      drawing(1000, 1400, [
        [100, 50, 300, 3],
        [100, 400, 300, 1],
        [150, 50, 1, 350],
      ]),
      128,
    );
    expect(rules).toEqual({
      horizontal: [
        { at: 50, from: 100, to: 400 },
        { at: 400, from: 100, to: 400 },
      ],
      vertical: [{ at: 150, from: 50, to: 401 }],
    });
  });

  test("are found where a fax machine has broken them up, and letters that touch them stay", () => {
    const broken = Array.from({ length: 60 }, (_, at): Rectangle => [100 + 10 * at, 400 + (at % 2), 8, 1]);
    const stem: Rectangle = [300, 401, 4, 20];
    const { image, rules } = removeRulingLines(drawing(1000, 1400, [...broken, stem]), 128);
    expect(rules.horizontal).toEqual([{ at: 400, from: 100, to: 698 }]);
    expect(dark(image)).toBe(4 * 21);
  });

  test("are no row of letters, whose tops are dark along most of it", () => {
    const letters = Array.from({ length: 30 }, (_, at): Rectangle[] => [
      [100 + 12 * at, 400, 9, 2],
      [100 + 12 * at, 402, 3, 18],
    ]).flat();
    const row = drawing(1000, 1400, letters);
    expect(removeRulingLines(row, 128).image).toEqual(row);
  });

  test("do not change the given picture", () => {
    const image = drawing(1000, 1400, [[0, 0, 1000, 1]]);
    removeRulingLines(image, 128);
    expect(dark(image)).toBe(1000);
  });
});

describe("ink outside the recognised words", () => {
  const image = drawing(300, 300, [
    [30, 30, 60, 30],
    [150, 150, 60, 30],
  ]);
  const first = { left: 30, top: 30, width: 60, height: 30 };
  const second = { left: 150, top: 150, width: 60, height: 30 };
  test.each([
    ["all of it without words", [], 1],
    ["half of it", [first], 0.5],
    ["none of it", [first, second], 0],
    ["boxes beyond the page", [{ left: -50, top: -50, width: 1000, height: 1000 }], 0],
  ])("%s", (_, boxes, share) => {
    expect(inkOutside(image, 128, boxes)).toBeCloseTo(share, 1);
  });

  test("is nothing on an empty page, and specks do not count", () => {
    expect(inkOutside(drawing(300, 300, []), 128, [])).toBe(0);
    expect(
      inkOutside(
        drawing(300, 300, [
          [31, 31, 1, 1],
          [100, 200, 1, 2],
        ]),
        128,
        [],
      ),
    ).toBe(0);
  });
});

describe("bands of text", () => {
  const tops = (rectangles: Parameters<typeof drawing>[2]) =>
    textBands(drawing(300, 1000, rectangles), 128).map(({ left, top, width, height }) => [left, top, width, height]);
  const lines = [
    [10, 100, 200, 20],
    [10, 150, 100, 20],
    [10, 200, 200, 20],
  ] as const;

  test("are one for each line and fit its ink", () => {
    expect(tops(lines)).toEqual(lines.map((line) => [...line]));
  });

  test("reach to the edges of the picture", () => {
    const first: Rectangle = [10, 0, 200, 20];
    const last: Rectangle = [10, 980, 200, 20];
    expect(tops([first, ...lines, last])).toEqual([first, ...lines, last].map((line) => [...line]));
  });

  test("take in marks above and below that stand apart", () => {
    expect(tops([...lines, [50, 92, 3, 5], [60, 172, 9, 4]])).toEqual([
      [10, 92, 200, 28],
      [10, 150, 100, 26],
      [10, 200, 200, 20],
    ]);
  });

  test("part lines that touch where the ink is thinnest", () => {
    const touching: Rectangle = [40, 170, 2, 6];
    expect(tops([...lines, touching, [10, 176, 200, 18]])).toHaveLength(4);
  });

  test("are not hidden by a picture that holds most of the ink", () => {
    expect(tops([...lines, [10, 400, 280, 300]])).toHaveLength(4);
  });

  test("are none on an empty page and on a black one", () => {
    expect(tops([])).toEqual([]);
    expect(tops([[0, 0, 300, 1000]])).toEqual([]);
  });

  test("of a Thai page are its lines", () => {
    expect(textBands(page, 128)).toHaveLength(2);
  });
});
