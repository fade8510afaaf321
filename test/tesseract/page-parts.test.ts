import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { doubtful } from "../../src/tesseract/digits/doubtful-digits.ts";
import { rotate } from "../../src/tesseract/picture/deskew.ts";
import { recognisePage } from "../../src/tesseract/recognise-page.ts";
import type { TextApis } from "../../src/tesseract/tesseract-core.ts";
import { type Patch, painted } from "../support/painted.ts";
import { inAnyLanguage } from "../support/text-apis.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

// Each page is levelled and cut as a real one, which takes seconds on a busy machine.
setDefaultTimeout(60_000);

const heightPx = 20;
interface FoundWord {
  text: string;
  left: number;
  top: number;
  confidence?: number;
}
/** Words of one line. */
type FoundLine = readonly FoundWord[];

const rowsOf = (line: FoundLine) => {
  const [{ left = 0, top = 0 } = {}] = line;
  return [
    ["4\t1\t1\t1\t1\t0", left, top, 800, heightPx, "-1", ""].join("\t"),
    ...line.map((word) =>
      ["5\t1\t1\t1\t1\t1", word.left, word.top, 60, heightPx, word.confidence ?? 90, word.text].join("\t"),
    ),
  ];
};

/** A recogniser that finds these lines on the page, and reads this alone, whatever it is shown. */
function recogniser(
  lines: readonly FoundLine[],
  alone: FoundWord = { text: "", left: 10, top: 10, confidence: 0 },
): TextApis {
  let found = lines;
  return inAnyLanguage({
    Init: () => 0,
    SetVariable: (name, value) => {
      if (name === "tessedit_pageseg_mode") found = value === "7" ? [[alone]] : lines;
      return true;
    },
    SetImageFile: () => 0,
    Recognize: () => 0,
    GetUTF8Text: () => found.map((line) => `${line.map(({ text }) => text).join(" ")}\n`).join(""),
    GetTSVText: () => found.flatMap(rowsOf).join("\n"),
    MeanTextConf: () => found[0]?.[0]?.confidence ?? 90,
    DetectOS: () => false,
    Clear: () => undefined,
  });
}
const core = { FS: { writeFile: () => undefined } };

/** Blots as high as letters from one place to another. */
const blots = (top: number, left: number, right: number): Rectangle[] =>
  Array.from({ length: Math.floor((right - left) / 12) }, (_, at) => [left + 12 * at, top, 8, heightPx]);
const box = (left: number, top: number, width: number, height = heightPx) => ({ left, top, width, height });
const detecting = (...boxes: ReturnType<typeof box>[]) => ({ detect: async () => boxes });

test("a box that the detector lays over two lines is read as two", async () => {
  const tops = [300, 350, 400, 450, 500];
  const page = drawing(
    920,
    600,
    tops.flatMap((top) => blots(top, 100, 700)),
  );
  // Of a box that holds a picture nothing below 50 would be believed.
  const lines = tops.map((top) => [{ text: `line${top}`, left: 110, top, confidence: 45 }]);
  const boxes = [box(100, 300, 600, 70), ...tops.slice(2).map((top) => box(100, top, 600))];
  const { text } = await recognisePage(core, recogniser(lines), page, detecting(...boxes));
  expect(text.split("\n")).toEqual(tops.map((top) => `line${top}`));
});

test("boxes that the detector lays across two columns are read column by column", async () => {
  const tops = Array.from({ length: 8 }, (_, at) => 200 + 30 * at);
  const page = drawing(
    920,
    600,
    tops.flatMap((top) => [...blots(top, 100, 460), ...blots(top, 540, 900)]),
  );
  const lines = tops.map((top, at) => [
    { text: `left${at}`, left: 110, top },
    { text: `right${at}`, left: 550, top },
  ]);
  const boxes = tops.map((top) => box(100, top, 788));
  const { text } = await recognisePage(core, recogniser(lines), page, detecting(...boxes));
  expect(text.split("\n")).toEqual(["left", "right"].flatMap((side) => tops.map((_, at) => `${side}${at}`)));
});

describe("a table", () => {
  const rules: Rectangle[] = [
    ...[200, 260, 350].map((top): Rectangle => [100, top, 602, 2]),
    ...[100, 300, 700].map((left): Rectangle => [left, 200, 2, 152]),
  ];
  const words = [
    [
      { text: "No", left: 150, top: 220 },
      { text: "Name", left: 350, top: 220 },
    ],
    [
      { text: "1", left: 150, top: 275 },
      { text: "first", left: 350, top: 275 },
    ],
    [{ text: "second", left: 350, top: 315 }],
  ];
  const boxes = words.flat().map(({ left, top }) => box(left - 10, top, 100));
  const ink = boxes.flatMap(({ left, top, width }) => blots(top, left, left + width));

  test("within ruling lines has their columns, the lines of a cell behind each other", async () => {
    const page = drawing(920, 600, [...rules, ...ink]);
    const { text } = await recognisePage(core, recogniser(words), page, detecting(...boxes));
    expect(text).toBe("| No | Name |\n| --- | --- |\n| 1 | first second |");
  });

  test("within lines that the scan has broken up has their columns, too", async () => {
    const gaps: Rectangle[] = [
      ...[200, 260, 350].map((top): Rectangle => [100, top, 602, 2]),
      ...[100, 700].map((left): Rectangle => [left, 200, 2, 152]),
      ...[200, 310].map((top): Rectangle => [300, top, 2, 40]),
    ];
    const page = drawing(920, 600, [...gaps, ...ink]);
    const { text } = await recognisePage(core, recogniser(words), page, detecting(...boxes));
    expect(text).toBe("| No | Name |\n| --- | --- |\n| 1 | first second |");
  });

  test("without lines names the rows that are a guess", async () => {
    const rows = [200, 240, 280, 320, 360].map((top, row) =>
      [100, 300, 500].flatMap((left, column) =>
        row === 2 && column < 2 ? [] : [{ text: `${row}${column}`, left, top }],
      ),
    );
    const at = rows.flat().map(({ left, top }) => box(left - 10, top, 80));
    const page = drawing(
      920,
      600,
      at.flatMap(({ left, top, width }) => blots(top, left, left + width)),
    );
    const { text, guessedRows } = await recognisePage(core, recogniser(rows), page, detecting(...at));
    expect(text.split("\n")).toContain("| 10 | 11 | 12 22 |");
    expect(guessedRows).toEqual(["10 11 12 22"]);
  });

  test("stands apart from the lines around it, and one without text is none", async () => {
    const around = [[{ text: "before", left: 110, top: 100 }], [{ text: "after", left: 110, top: 500 }]];
    const aroundBoxes = [box(100, 100, 500), box(100, 500, 500)];
    const page = drawing(920, 600, [...rules, ...ink, ...blots(100, 100, 600), ...blots(500, 100, 600)]);
    const detector = detecting(...boxes, ...aroundBoxes);
    const full = await recognisePage(core, recogniser([...around, ...words]), page, detector);
    expect(full.text).toBe("before\n\n| No | Name |\n| --- | --- |\n| 1 | first second |\n\nafter");
    const empty = await recognisePage(core, recogniser(around), page, detector);
    expect(empty.text).toBe("before\nafter");
  });
});

describe("of a page is told", () => {
  const tops = [300, 350, 400];
  const page = drawing(
    920,
    600,
    tops.flatMap((top) => blots(top, 100, 160)),
  );
  const lines = ["ก", "ข", "ค"].map((text, at) => [{ text, left: 100, top: tops[at] ?? 0, confidence: 80 }]);
  const alone = { text: "ก", left: 10, top: 10, confidence: 70 };

  test("how many lines it has, how many were read twice, and how many of those are disputed", async () => {
    const rows = [...tops, 450];
    const four = drawing(
      920,
      600,
      rows.flatMap((top) => blots(top, 100, 160)),
    );
    const latin = [{ text: "Total", left: 100, top: 450 }];
    const read = await recognisePage(core, recogniser([...lines, latin], alone), four, undefined);
    expect(read).toMatchObject({ text: "ก\nข\nค\nTotal", lineCount: 4, readTwice: 3, disputed: 2, confidence: 80 });
    expect(read).toMatchObject({
      doubts: [],
      recognised: [],
      notReadAgain: 0,
      recogniserFailed: false,
      ignoredBoxes: 0,
    });
    expect(read.inkOutside).toBeLessThan(0.05);
  });

  test("by how much it was turned", async () => {
    const rows = [100, 150, 200, 250, 300, 350, 400, 450];
    const level = drawing(
      920,
      600,
      rows.flatMap((top) => blots(top, 100, 800)),
    );
    const read = await recognisePage(core, recogniser([]), rotate(level, -3), undefined);
    expect(Math.abs(read.deskewedDegrees - 3)).toBeLessThan(0.2);
  });

  test("what the line recogniser read of the disputed lines, which is the text then", async () => {
    const surer = { read: async () => ({ text: "ง๔", confidence: 0.97, least: 0.9 }) };
    const read = await recognisePage(core, recogniser(lines, alone), page, undefined, surer);
    expect(read).toMatchObject({ text: "ก\nง๔\nง๔", recognised: ["ง๔", "ง๔"] });
    expect(read.doubts).toEqual([
      { digits: "๔", line: "ง๔" },
      { digits: "๔", line: "ง๔" },
    ]);
    expect(doubtful("๔")).not.toBe("๔");
  });

  test("the ink that is not within the words, but for the lines that the line recogniser read", async () => {
    const wide = drawing(
      920,
      600,
      tops.flatMap((top) => blots(top, 100, 400)),
    );
    const surer = { read: async () => ({ text: "งง", confidence: 0.97, least: 0.9 }) };
    const [without, withIt] = [
      await recognisePage(core, recogniser(lines, alone), wide, undefined),
      await recognisePage(core, recogniser(lines, alone), wide, undefined, surer),
    ];
    expect(without.inkOutside).toBeWithin(0.7, 0.85);
    expect(withIt.inkOutside).toBeWithin(0.2, 0.3);
  });

  test("the text of the recogniser where its outputs differ, with all of the ink outside", async () => {
    const { thaiAndEnglish } = recogniser(lines, alone);
    const differing = inAnyLanguage({ ...thaiAndEnglish, GetUTF8Text: () => "one\n\ntwo\n" });
    expect(await recognisePage(core, differing, page, detecting(box(100, 300, 60)))).toMatchObject({
      text: "one\ntwo",
      inkOutside: 1,
      readTwice: 0,
      lineCount: 0,
    });
  });
});

test.each([
  ["น้้า", "น้ำ"],
  ["ก่่า", "ก่ำ"],
  ["ก่า", "ก่า"],
  ["ก่้า", "ก่้า"],
])("SARA AM with a tone mark is written as it is spelt: %s", async (found, spelt) => {
  const page = drawing(920, 600, blots(300, 100, 160));
  const line = { text: found, left: 100, top: 300 };
  expect((await recognisePage(core, recogniser([[line]], { ...line, left: 10, top: 10 }), page, undefined)).text).toBe(
    spelt,
  );
});

test("of a sheet on a table the sheet is read alone, level and as large as it is", async () => {
  const print = [200, 250, 300].flatMap((top) => blots(top, 120, 500));
  const photograph = painted(600, 800, 70, [
    [60, 60, 480, 680, 220],
    ...print.map(([left, top, width, height]): Patch => [left, top, width, height, 30]),
  ]);
  const pictures: Uint8Array[] = [];
  const watched = { FS: { writeFile: (_: string, picture: Uint8Array) => pictures.push(picture) } };
  const read = await recognisePage(watched, recogniser([]), photograph, undefined);
  const [width = 0, height = 0] = (new TextDecoder().decode(pictures[0]?.subarray(0, 11)).split("\n")[1] ?? "")
    .split(" ")
    .map(Number);
  expect([Math.abs(width - 480) < 6, Math.abs(height - 680) < 6]).toEqual([true, true]);
  expect(read.deskewedDegrees).toBe(0);
});
