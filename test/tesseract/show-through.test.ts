import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { isMirrored } from "../../src/tesseract/lines/is-mirrored.ts";
import type { PictureReading } from "../../src/tesseract/lines/read-picture.ts";
import { crop, type GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { washShowThrough } from "../../src/tesseract/picture/show-through.ts";
import { recognisePage } from "../../src/tesseract/recognise-page.ts";
import { createTesseractCore, openTextApis } from "../../src/tesseract/tesseract-core.ts";
import { painted, shaded } from "../support/painted.ts";

import { thaiPage } from "../support/thai-page.ts";

// The recogniser takes seconds on a busy machine of two cores.
setDefaultTimeout(60_000);

const [width, height, paper] = [640, 480, 240];

/** How dark a stroke is at a distance from its middle, 1 to 0, when its edges are so many pixels wide. */
const stroke = (distance: number, edgePx: number) => Math.max(0, Math.min(1, (1.5 + edgePx / 2 - distance) / edgePx));

interface Print {
  /** Rows of the picture in which lines of upright strokes stand; lines are 20 pixels high. */
  tops: readonly number[];
  depth: number;
  edgePx: number;
}

const sharp: Omit<Print, "tops"> = { depth: 220, edgePx: 1 };
const soft: Omit<Print, "tops"> = { depth: 70, edgePx: 4 };

const page = (...prints: readonly Print[]): GreyImage =>
  shaded(width, height, (x, y) => {
    const depths = prints.map(({ tops, depth, edgePx }) =>
      tops.some((top) => y >= top && y < top + 20) && x >= 20 && x < width - 20
        ? depth * stroke(Math.abs((x % 9) - 4), edgePx)
        : 0,
    );
    return paper - Math.max(...depths);
  });

const front = [32, 112, 192];
const back = [64, 144, 224, 288, 336];
const never = () => {
  throw new Error("Nothing shows through.");
};

describe("print that shows through", () => {
  test("is washed out where it is mirrored, and the print of the page stays", () => {
    const washed = washShowThrough(page({ ...sharp, tops: front }, { ...soft, tops: back }), () => true);
    const clean = page({ ...sharp, tops: front });
    expect(washed.data.filter((level) => level < 100).length).toBe(clean.data.filter((level) => level < 100).length);
    expect(washed.data.filter((level) => level >= 100 && level < paper - 10)).toHaveLength(0);
  });

  test("is washed out from a page that has no other print", () => {
    const washed = washShowThrough(page({ ...soft, tops: back }), () => true);
    expect(Math.min(...washed.data)).toBeGreaterThanOrEqual(paper - 10);
  });

  test("is washed out under dark print as well", () => {
    const across = page({ ...soft, tops: [...back, 112] });
    const dark = page({ ...sharp, tops: front });
    // Strokes of the page stand between those of the other side.
    const shifted = across.data.map((level, at) => Math.min(level, dark.data[at + 4] ?? paper));
    const washed = washShowThrough({ ...dark, data: shifted }, () => true);
    expect(washed.data.filter((level) => level >= 130 && level < paper - 25)).toHaveLength(0);
  });

  test("is shown to the judge black on white, without what is dark on the page", () => {
    let shown: GreyImage | undefined;
    const image = page({ ...sharp, tops: front }, { ...soft, tops: back });
    const same = washShowThrough(image, (strip) => {
      shown = strip;
      return false;
    });
    expect(same).toBe(image);
    const strip = shown ?? painted(1, 1, 0);
    expect([strip.width, strip.height, strip.data.length]).toEqual([width, 128, width * 128]);
    // Of 66 strokes in a line, 20 pixels high.
    expect(strip.data.filter((level) => level < 60).length).toBeWithin(3 * 66 * 10, 3 * 66 * 60);
    expect(strip.data.subarray(0, 16).every((level) => level === 255)).toBe(true);
  });

  test.each([
    ["a page with dark print alone", [{ ...sharp, tops: [...front, ...back] }]],
    [
      "print that is pale, and as sharp as dark print",
      [
        { ...sharp, tops: front },
        { ...sharp, depth: 70, tops: back },
      ],
    ],
    [
      "a signature in pencil below dark print",
      [
        { ...sharp, tops: [32, 64, 96, 144, 176, 208, 240] },
        { ...soft, tops: [400] },
      ],
    ],
    ["a blank page", [{ ...sharp, tops: [] }]],
    [
      "what is hardly to be seen",
      [
        { ...sharp, tops: front },
        { ...soft, depth: 15, tops: back },
      ],
    ],
  ] as const)("is not looked for on %s", (_, prints) => {
    const image = page(...prints);
    expect(washShowThrough(image, never)).toBe(image);
  });
});

const reading = (...words: readonly [text: string, confidence: number][]): PictureReading => ({
  ...{ text: "", confidence: 0, lines: undefined },
  words: words.map(([text, confidence]) => ({ text, confidence, left: 0, top: 0, width: 1, height: 1 })),
});

describe("print as in a mirror", () => {
  const picture = shaded(4, 2, (x, y) => 10 * x + y);
  const mirrored = shaded(4, 2, (x, y) => 10 * (3 - x) + y);
  const read = (asItStands: PictureReading, inMirror: PictureReading) => (image: GreyImage) => {
    if (Bun.deepEquals(image, mirrored)) return inMirror;
    expect(image).toEqual(picture);
    return asItStands;
  };

  test.each([
    ["is what is read surer in a mirror", reading(["x".repeat(30), 70]), reading(["abcde".repeat(6), 85]), true],
    ["is no print that is read a little surer so", reading(["x".repeat(30), 70]), reading(["y".repeat(30), 77]), false],
    ["is no print that is read as it stands", reading(["x".repeat(30), 92]), reading(["y".repeat(30), 70]), false],
    ["is not told from a few letters", reading(["x", 20]), reading(["y".repeat(19), 95]), false],
    ["is told where nothing is read as it stands", reading(), reading(["y".repeat(20), 80]), true],
    [
      "is told by letters, not by words",
      reading(["x".repeat(28), 70], ["i", 99], ["l", 99]),
      reading(["y".repeat(28), 90], ["i", 10], ["l", 10]),
      true,
    ],
  ] as const)("%s", (_, asItStands, inMirror, expected) => {
    expect(isMirrored(picture, read(asItStands, inMirror))).toBe(expected);
  });
});

test("the back of a sheet is not read where it shows through, and this is told", async () => {
  const front = await thaiPage("<p>ขอให้ส่งแผนงานใหม่ภายใน 7 วัน</p>");
  const back = await thaiPage("<p> </p><p>ผู้รับจ้างต้องส่งรายงาน 15 ชุด</p><p>The drawings were approved in 2019</p>");
  // Each pixel of the back is the mean of what is 2 pixels around it.
  const softOfBack = (x: number, y: number) => {
    let sum = 0;
    for (let at = 0; at < 25; at++) {
      const column = back.width - 1 - (x - 2 + (at % 5));
      sum += 255 - (back.data[(y - 2 + Math.floor(at / 5)) * back.width + column] ?? 255);
    }
    return sum / 25;
  };
  const sheet = shaded(front.width, 260, (x, y) =>
    Math.min(front.data[y * front.width + x] ?? 255, 255 - 0.35 * softOfBack(x, y)),
  );
  const core = await createTesseractCore();
  const apis = await openTextApis(core);
  const readSheet = await recognisePage(core, apis, sheet, undefined);
  const readFront = await recognisePage(
    core,
    apis,
    crop(front, { left: 0, top: 0, width: front.width, height: 260 }, 0),
    undefined,
  );
  expect(readFront).toMatchObject({ showsThrough: false, lineCount: 1 });
  expect(readSheet).toMatchObject({ showsThrough: true, lineCount: 1 });
  expect(readSheet.text).toBe(readFront.text);
});
