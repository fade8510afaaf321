import { describe, expect, test } from "bun:test";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { recognisePage } from "../../src/tesseract/recognise-page.ts";
import type { TesseractApi, TextApis } from "../../src/tesseract/tesseract-core.ts";
import { type Patch, painted } from "../support/painted.ts";
import { inAnyLanguage } from "../support/text-apis.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

interface FoundLine {
  text: string;
  confidence: number;
  top: number;
  height: number;
}

/** A recogniser that finds these lines on the page, and this where it reads a band alone. */
function recogniser(linesOfPage: readonly FoundLine[], alone: FoundLine): TextApis {
  let found = linesOfPage;
  return inAnyLanguage({
    Init: () => 0,
    SetVariable: (name, value) => {
      if (name === "tessedit_pageseg_mode") found = value === "7" ? [alone] : linesOfPage;
      return true;
    },
    SetImageFile: () => 0,
    Recognize: () => 0,
    GetUTF8Text: () => found.map(({ text }) => `${text}\n`).join(""),
    GetTSVText: () => found.flatMap(rowsOf).join("\n"),
    MeanTextConf: () => found[0]?.confidence ?? 0,
    DetectOS: () => false,
    Clear: () => undefined,
  });
}

/** A line, and its text as one word. */
const rowsOf = ({ text, confidence, top, height }: FoundLine) => [
  ["4\t1\t1\t1\t1\t0\t10", top, 200, height, "-1", ""].join("\t"),
  ["5\t1\t1\t1\t1\t1\t10", top, 200, height, confidence, text].join("\t"),
];

/** A row of blots as high as a line, and rows without a gap between them as a picture has. */
const row = (top: number, left = 100): Rectangle[] =>
  Array.from({ length: 30 }, (_, index) => [left + 20 * index, top, 8, 20]);
const picture = (top: number): Rectangle[] => [0, 1, 2, 3, 4].flatMap((at) => row(top + 20 * at, 100 + 10 * (at % 2)));
const lineTops = [100, 150, 200, 250];
const lines = lineTops.map((top) => ({ text: `line at ${top}`, confidence: 90, top, height: 20 }));
const texts = lines.map(({ text }) => text);
const noTexts: FoundLine = { text: "not to be read alone", confidence: 90, top: 0, height: 20 };

const read = async (noise: readonly Rectangle[], foundInNoise: readonly FoundLine[], alone: FoundLine) => {
  const page = drawing(1000, 1400, [...lineTops.flatMap((top) => row(top)), ...noise]);
  const core = { FS: { writeFile: () => undefined } };
  const { text } = await recognisePage(core, recogniser([...lines, ...foundInNoise], alone), page, undefined);
  return text.split("\n");
};

test("a line that the text detector has not found is read all the same", async () => {
  const page = drawing(
    1000,
    1400,
    lineTops.flatMap((top) => row(top)),
  );
  const boxes = lineTops.slice(0, -1).map((top) => ({ left: 10, top, width: 690, height: 20 }));
  const core = { FS: { writeFile: () => undefined } };
  const detector = { detect: () => Promise.resolve(boxes) };
  const { text } = await recognisePage(core, recogniser(lines, noTexts), page, detector);
  expect(text.split("\n")).toEqual(texts);
});

test("a line is not taken for several because there are more check boxes, which are lower, than lines", async () => {
  const frames = [0, 1, 2].flatMap((at): Rectangle[] => {
    const [left, top] = [800, 300 + 100 * at];
    return [
      [left, top, 18, 2],
      [left, top + 16, 18, 2],
      [left, top, 2, 18],
      [left + 16, top, 2, 18],
    ];
  });
  const high = Array.from({ length: 30 }, (_, index): Rectangle => [100 + 20 * index, 100, 8, 40]);
  const onPage = { text: "บาม", confidence: 60, top: 100, height: 40 };
  const alone = { text: "บาน", confidence: 90, top: 0, height: 40 };
  const core = { FS: { writeFile: () => undefined } };
  const detector = { detect: () => Promise.resolve([{ left: 10, top: 100, width: 690, height: 40 }]) };
  const page = drawing(1000, 1400, [...high, ...frames]);
  const { text } = await recognisePage(core, recogniser([onPage], alone), page, detector);
  expect(text.split("\n")).toEqual(["บาน", "☐", "☐", "☐"]);
});

test.each<[string, readonly Rectangle[], number]>([
  ["rows of ink", row(100), 1],
  ["specks, which make no rows", [[100, 100, 1, 1]], 0],
])("a page on which the text detector finds nothing is not read: %s", async (_, inked, outside) => {
  const core = { FS: { writeFile: () => undefined } };
  const detector = { detect: () => Promise.resolve([]) };
  const read = await recognisePage(core, recogniser(lines, noTexts), drawing(1000, 1400, inked), detector);
  expect(read).toMatchObject({ text: "", lineCount: 0, inkOutside: outside, detectorFailed: false });
});

test.each<[string, number, Rectangle, number]>([
  ["that nothing was read in", 49, [100, 400, 300, 20], 1],
  ["and nowhere that was read", 50, [100, 400, 300, 20], 0],
  ["nor in a speck", 49, [100, 400, 12, 12], 0],
  ["nor within the words of another line", 49, [100, 246, 100, 20], 0],
])("of the places where the text detector sees a line those are told %s", async (_, confidence, place, unread) => {
  const [left, top, width, height] = place;
  const boxes = lineTops.map((top) => ({ left: 10, top, width: 690, height: 20 }));
  const detector = { detect: () => Promise.resolve([...boxes, { left, top, width, height }]) };
  const page = drawing(1000, 1400, [...lineTops.flatMap((top) => row(top)), place]);
  const core = { FS: { writeFile: () => undefined } };
  const alone = { text: "seal", confidence, top: 0, height: 20 };
  expect(await recognisePage(core, recogniser(lines, alone), page, detector)).toMatchObject({ unreadPlaces: unread });
});

test.each<[string, string, number, string[]]>([
  ["is told where it is not sure", "seal", 79, ["seal"]],
  ["is not where it is sure", "seal", 80, []],
  ["nor where it is no word", ". -", 79, []],
])("a line that only the second reading found %s", async (_, text, confidence, unsure) => {
  const place: Rectangle = [100, 400, 300, 20];
  const boxes = lineTops.map((top) => ({ left: 10, top, width: 690, height: 20 }));
  const detector = { detect: () => Promise.resolve([...boxes, { left: 100, top: 400, width: 300, height: 20 }]) };
  const page = drawing(1000, 1400, [...lineTops.flatMap((top) => row(top)), place]);
  const core = { FS: { writeFile: () => undefined } };
  const read = await recognisePage(core, recogniser(lines, { text, confidence, top: 0, height: 20 }), page, detector);
  expect(read).toMatchObject({ text: [...texts, text].join("\n"), unsureLines: unsure });
});

test.each<[string, number, string[]]>([
  ["is told where it is not sure", 59, ["[hor"]],
  ["is not where it is sure", 60, []],
])("a line that only the reading of the page is asked for, as it has no Thai, %s", async (_, confidence, unsure) => {
  const place: Rectangle = [100, 400, 300, 20];
  const boxes = [...lineTops, 400].map((top) => ({ left: 10, top, width: 690, height: 20 }));
  const page = drawing(1000, 1400, [...lineTops.flatMap((top) => row(top)), place]);
  const core = { FS: { writeFile: () => undefined } };
  const found = [...lines, { text: "[hor", confidence, top: 400, height: 20 }];
  const read = await recognisePage(core, recogniser(found, noTexts), page, { detect: () => Promise.resolve(boxes) });
  expect(read).toMatchObject({ text: [...texts, "[hor"].join("\n"), unsureLines: unsure });
});

test.each<[string, number, number]>([
  ["and no words are read there, is told", 400, 1],
  ["and words are read there, is not", 110, 0],
])("print that the text detector sees on a ground, %s", async (_, top, unread) => {
  const [white, dark] = [255, 20];
  const letters = row(110).map((letter): Patch => [...letter, white]);
  const below = [400, 450].flatMap((y) => row(y)).map((letter): Patch => [...letter, dark]);
  const page = painted(1000, 1400, white, [[100, 100, 700, 40, dark], ...letters, ...below]);
  const place = { left: 100, top: 104, width: 150, height: 32 };
  const seen = [place, { left: 90, top: 398, width: 690, height: 24 }];
  const detector = { detect: () => Promise.resolve(seen.splice(0, 1)) };
  const core = { FS: { writeFile: () => undefined } };
  const line: FoundLine = { text: "a line", confidence: 90, top, height: 20 };
  const read = await recognisePage(core, recogniser([line], line), page, detector);
  expect(read).toMatchObject({ unreadPlaces: unread });
});

test("where the text detector fails a page is read as without one, and says so", async () => {
  const page = drawing(800, 200, row(100));
  const core = { FS: { writeFile: () => undefined } };
  const detector = { detect: () => Promise.reject(new Error("Non-zero status code returned")) };
  const readWith = (one: typeof detector | undefined) => recognisePage(core, recogniser(lines, noTexts), page, one);
  const without = await readWith(undefined);
  expect(without.detectorFailed).toBe(false);
  expect(await readWith(detector)).toEqual({ ...without, detectorFailed: true });
});

test("print that the text detector sees on a dark ground is looked for again, and read, as black print on white", async () => {
  const [white, dark] = [255, 20];
  const ground: Patch = [100, 100, 700, 40, dark];
  const letters = row(110, 100).map((letter): Patch => [...letter, white]);
  const page = painted(1000, 1400, white, [ground, ...letters]);
  const seen: GreyImage[] = [];
  const detect = (image: GreyImage) => {
    seen.push(image);
    return Promise.resolve([{ left: 96, top: 104, width: 600, height: 32 }]);
  };
  const core = { FS: { writeFile: () => undefined } };
  await recognisePage(core, recogniser(lines, noTexts), page, { detect });
  expect(seen.map(({ data }) => [data[120 * 1000 + 104], data[120 * 1000 + 115]])).toEqual([
    [white, dark],
    [0, white],
  ]);
});

test.each([
  [3000, 0],
  [3001, 3001],
])(
  "boxes of the text detector are followed where they are no more than 3000, and counted else: %p",
  async (count, ignoredBoxes) => {
    const rectangles = lineTops.flatMap((top) => row(top));
    const boxes = Array.from({ length: count }, () => ({ left: 10, top: 100, width: 690, height: 20 }));
    const core = { FS: { writeFile: () => undefined } };
    const detector = { detect: () => Promise.resolve(boxes) };
    const page = await recognisePage(core, recogniser(lines, noTexts), drawing(1000, 1400, rectangles), detector);
    expect(page).toMatchObject({ ignoredBoxes, text: texts.join("\n") });
  },
);

test("a line with a doubtful digit is told as it stands in the text, SARA AM too", async () => {
  const page = drawing(1000, 1400, row(100));
  const core = { FS: { writeFile: () => undefined } };
  const line = { text: "น้้า ๗", confidence: 90, top: 100, height: 20 };
  const { text, doubts } = await recognisePage(core, recogniser([line], line), page, undefined);
  expect(text).toBe("น้ำ ๗");
  expect(doubts).toEqual([{ digits: "๗", line: text }]);
});

test("a line recogniser that throws fails no page: it is read as without it, and says so", async () => {
  const page = drawing(
    1000,
    1400,
    lineTops.flatMap((top) => row(top)),
  );
  const core = { FS: { writeFile: () => undefined } };
  const broken = { read: () => Promise.reject(new Error("the network is gone")) };
  const read = await recognisePage(core, recogniser(lines, noTexts), page, undefined, broken);
  expect(read).toMatchObject({ text: texts.join("\n"), recogniserFailed: true, recognised: [] });
});

test.each([
  [49, []],
  [50, ["smudge"]],
])("what only the second reading finds counts from a confidence of 50 on: %p", async (confidence, kept) => {
  const alone = { text: "smudge", confidence, top: 0, height: 20 };
  expect(await read(row(400), [], alone)).toEqual([...texts, ...kept]);
});

test("of what is found in a picture or a signature the lines of a confidence of 50 and more count", async () => {
  const inPicture = [
    { text: "scrawl", confidence: 49, top: 405, height: 30 },
    { text: "stamp", confidence: 50, top: 450, height: 30 },
  ];
  expect(await read(picture(400), inPicture, noTexts)).toEqual([...texts, "stamp"]);
});

test("what the page reading has found already does not count again where a band holds a part of its height", async () => {
  const note = { text: "a note beside a circle", confidence: 90, top: 380, height: 60 };
  const again = { ...note, top: 0, height: 20 };
  expect(await read([...row(400), ...row(430)], [note], again)).toEqual([...texts, note.text]);
});

describe("a row of a table is read as one line", () => {
  const [lefts, cellWidth, rowWidth] = [[100, 400, 700], 120, 720];
  const tops = [100, 150, 200];
  const boxes = tops.flatMap((top) => lefts.map((left) => ({ left, top, width: cellWidth, height: 20 })));
  const word = (text: string, confidence: number, left: number) => [
    5,
    1,
    1,
    1,
    1,
    1,
    left,
    10,
    cellWidth,
    20,
    confidence,
    text,
  ];

  /** A recogniser that finds one word on the page, one in a cell, and three in a row of cells. */
  const tableRecogniser = (inRow: number, inCell: number) => {
    let pictureWidth = 0;
    const words = () => {
      if (pictureWidth >= 1000) return [word("title", 90, 300)];
      if (pictureWidth < rowWidth) return [word("1.1", inCell, 10)];
      return lefts.map((left) => word("11", inRow, left - 90));
    };
    const core = {
      FS: {
        writeFile(_: string, data: Uint8Array) {
          pictureWidth = Number(new TextDecoder().decode(data.subarray(0, 40)).split(/\s+/)[1]);
        },
      },
    };
    const api: TesseractApi = {
      Init: () => 0,
      SetVariable: () => true,
      SetImageFile: () => 0,
      Recognize: () => 0,
      GetUTF8Text: () =>
        `${words()
          .map((one) => one.at(-1))
          .join(" ")}\n`,
      GetTSVText: () => [[4, 1, 1, 1, 1, 0, 0, 0, 900, 20, -1, ""], ...words()].map((one) => one.join("\t")).join("\n"),
      MeanTextConf: () => (pictureWidth >= 1000 ? 90 : pictureWidth < rowWidth ? inCell : inRow),
      DetectOS: () => false,
      Clear: () => undefined,
    };
    return { core, api };
  };

  test.each([
    ["and its cells are believed where it is sure", 85, 99, "11"],
    ["and a doubtful cell is read alone too, which counts where it is surer", 84, 85, "1.1"],
    ["and a doubtful cell counts where the cell alone is no surer", 84, 84, "11"],
  ])("%s", async (_, inRow, inCell, expected) => {
    const page = drawing(1000, 1400, [
      ...row(20),
      ...boxes.map(({ left, top, width, height }): Rectangle => [left, top, width, height]),
    ]);
    const { core, api } = tableRecogniser(inRow, inCell);
    const { text } = await recognisePage(core, inAnyLanguage(api), page, { detect: async () => boxes });
    expect(text).toContain(`| ${expected} | ${expected} | ${expected} |\n| --- |`);
  });
});

describe("of a page in Thai and English", () => {
  const found = ["กอน มา", "ทอ PVC", "คาง"].map((text, at) => ({
    text,
    confidence: 80,
    top: 100 + 50 * at,
    height: 20,
  }));
  const page = drawing(
    1000,
    1400,
    found.flatMap(({ top }) => row(top)),
  );
  const alone = (text: string, confidence: number) => ({ text, confidence, top: 0, height: 20 });
  const { thaiAndEnglish } = recogniser(found, alone("on pages alone", 99));
  const { thai } = recogniser([], alone("ก่อน มา", 90));
  const { english } = recogniser([], alone("both", 95));
  const core = { FS: { writeFile: () => undefined } };
  const boxes = found.map(({ top }) => ({ left: 10, top, width: 690, height: 20 }));

  test.each([
    ["without a text detector", undefined],
    ["where the text detector found the lines", { detect: async () => boxes }],
  ])("a line in Thai is read the second time in Thai, and in both where that differs: %s", async (_, detector) => {
    const read = await recognisePage(core, { thaiAndEnglish, thai, english }, page, detector);
    expect(read).toMatchObject({ text: "ก่อน มา\nboth\nboth", readTwice: 3, disputed: 2 });
  });
});

test.each([
  ["twice as large where its letters are small", 7, 2000],
  ["as it is where they are not", 12, 1000],
])("a page is read %s", async (_, height, width) => {
  const letters = lineTops.flatMap((top) => row(top).map(([x, y]): Rectangle => [x, y, 5, height]));
  const pictures: Uint8Array[] = [];
  const core = { FS: { writeFile: (_name: string, picture: Uint8Array) => pictures.push(picture) } };
  await recognisePage(core, recogniser(lines, noTexts), drawing(1000, 1400, letters), undefined);
  expect(new TextDecoder().decode(pictures[0]?.subarray(0, 8))).toStartWith(`P5\n${width} `);
});
