import { describe, expect, test } from "bun:test";
import { partOfLine, recognisedLines } from "../../src/tesseract/lines/recognised-line.ts";
import { decideOrientation, doLinesRunDown } from "../../src/tesseract/orientation.ts";
import { readingWarnings } from "../../src/tesseract/reading-warnings.ts";

describe("lines of the recogniser", () => {
  const tsv = [
    "1\t1\t0\t0\t0\t0\t0\t0\t100\t100\t-1\t",
    "4\t1\t1\t1\t1\t0\t10\t20\t30\t8\t-1\t",
    "5\t1\t1\t1\t1\t1\t10\t20\t9\t8\t90.0\tก",
    "5\t1\t1\t1\t1\t2\t20\t20\t9\t8\t70.0\tข",
    "4\t1\t1\t1\t2\t0\t10\t40\t30\t8\t-1\t",
    "5\t1\t1\t1\t2\t1\t10\t40\t9\t8\t95.0\t ",
    "",
  ].join("\n");
  const words = [
    { left: 10, top: 20, width: 9, height: 8, text: "ก", confidence: 90 },
    { left: 20, top: 20, width: 9, height: 8, text: "ข", confidence: 70 },
  ];

  test("have the text of one output and the boxes of the other; lines of blanks are none", () => {
    expect(recognisedLines(" ก  ข \n \n", tsv)).toEqual([
      { text: "ก  ข", confidence: 80, box: { left: 10, top: 20, width: 30, height: 8 }, words },
    ]);
  });

  test("are unknown when the outputs disagree", () => {
    expect(recognisedLines("ก\nข\n", tsv)).toBeUndefined();
  });
});

describe("a part of a line", () => {
  const word = (text: string, left: number) => ({ left, top: 0, width: 10, height: 10, text, confidence: left });
  const words = [word("ก", 10), word("า", 20), word("12", 50), word("ข", 90)];
  const line = { text: "กา   12  ข", confidence: 42, box: { left: 10, top: 0, width: 90, height: 10 }, words };

  test.each([
    ["is the line itself where all words are in it", 0, 200, line.text],
    ["has the blanks of the line between its words", 15, 65, "า   12"],
    ["is nothing where no word is", 200, 300, undefined],
  ])("%s", (_, from, to, text) => {
    expect(partOfLine(line, ({ left }) => left >= from && left < to)?.text).toBe(text);
  });

  test("has one blank where words between are left out, and none before its first", () => {
    expect(partOfLine(line, ({ left }) => left === 20 || left === 90)?.text).toBe("า ข");
  });

  test("is unknown where the words are not those of the text", () => {
    expect(partOfLine({ ...line, text: "กา 13 ข" }, ({ left }) => left > 20)).toBeUndefined();
  });

  test("has the box and the mean confidence of its words", () => {
    const part = partOfLine(line, ({ left }) => left < 30);
    expect(part).toMatchObject({ confidence: 15, box: { left: 10, top: 0, width: 20, height: 10 } });
    const stepped = { ...line, words: [...words].map((one, at) => ({ ...one, top: 3 * at, height: 10 + at })) };
    expect(partOfLine(stepped, ({ left }) => left < 60)?.box).toEqual({ left: 10, top: 0, width: 50, height: 18 });
  });
});

describe("the orientation of a page", () => {
  test.each([
    ["is not guessed", undefined, { turnDegrees: 0, confidence: 0, reason: "too little text to tell" }],
    [
      "is kept",
      { turnDegrees: 0, confidence: 1 },
      { turnDegrees: 0, confidence: 1, reason: "upright, confidence 1.0" },
    ],
    [
      "is changed when the recogniser is sure",
      { turnDegrees: 270, confidence: 6 },
      { turnDegrees: 270, confidence: 6, reason: "turned by 270°, confidence 6.0" },
    ],
    [
      "is kept when it is not",
      { turnDegrees: 180, confidence: 5.9 },
      { turnDegrees: 0, confidence: 5.9, reason: "perhaps turned, but confidence 5.9 is below 6" },
    ],
    [
      "is changed when the recogniser guesses a quarter turn and the lines run down",
      { turnDegrees: 270, confidence: 0.6, linesRunDown: true },
      { turnDegrees: 270, confidence: 0.6, reason: "turned by 270°, confidence 0.6: its lines run down" },
    ],
    [
      "is kept when they run across",
      { turnDegrees: 90, confidence: 0.6, linesRunDown: false },
      { turnDegrees: 0, confidence: 0.6, reason: "perhaps turned, but confidence 0.6 is below 6" },
    ],
    [
      "is kept when the guess is a half turn, which lines that run down do not bear out",
      { turnDegrees: 180, confidence: 3, linesRunDown: true },
      { turnDegrees: 0, confidence: 3, reason: "perhaps turned, but confidence 3.0 is below 6" },
    ],
  ] as const)("%s", (_, detected, decided) => {
    expect(decideOrientation(detected)).toEqual(decided);
  });
});

describe("the lines of a page run down it", () => {
  const boxes = (down: number, across: number, marks = 0) => [
    ...Array.from({ length: down }, () => ({ left: 0, top: 0, width: 20, height: 40 })),
    ...Array.from({ length: across }, () => ({ left: 0, top: 0, width: 40, height: 20 })),
    ...Array.from({ length: marks }, () => ({ left: 0, top: 0, width: 20, height: 39 })),
  ];

  test.each([
    ["where most do", boxes(8, 2), true],
    ["but not where a quarter does not", boxes(9, 3), false],
    ["but not where few lines are found", boxes(7, 0, 9), false],
    ["but not where none are", boxes(0, 0), false],
  ])("%s", (_, found, expected) => {
    expect(doLinesRunDown(found)).toBe(expected);
  });
});

describe("warnings about a reading", () => {
  const fine = {
    ...{ inkOutside: 0, unreadPlaces: 0, showsThrough: false, readTwice: 0, disputed: 0, doubts: [] },
    unsureLines: [],
    guessedRows: [],
    ...{ lineCount: 40, recognised: [], ignoredBoxes: 0, notReadAgain: 0 },
    ...{ lacksDetector: false, lacksNumberReader: false, numbersNotChecked: 0, text: "12" },
  };

  test("a page that was read without the line recogniser that it should have had", () => {
    expect(readingWarnings({ ...fine, lacksRecogniser: "its network failed on a line" })).toEqual([
      "the line recogniser of OCR_EMBEDDED_MODEL could not be used, and read nothing: its network failed on a line",
    ]);
  });

  test("a page with numbers that were read once only, and one with too many", () => {
    expect(readingWarnings({ ...fine, lacksNumberReader: true })).toEqual([
      "numbers were read once only, for what reads them again could not be used: a wrong digit may not be named",
    ]);
    expect(readingWarnings({ ...fine, lacksNumberReader: true, text: "๑๒" })).toEqual([]);
    expect(readingWarnings({ ...fine, numbersNotChecked: 7 })).toEqual([
      "the page has too many numbers: 7 of them were read once only",
    ]);
  });

  test("print that shows through from the other side and was left out", () => {
    expect(readingWarnings({ ...fine, showsThrough: true })).toEqual([
      "print that shows through from the other side of the sheet, pale and mirrored, was left out, and what may stand on this side as pale",
    ]);
  });

  test("lines that the line recogniser read are told, thirty by name", () => {
    expect(readingWarnings({ ...fine, recognised: ["ก่อน", "หลัง"] })).toEqual([
      'the line recogniser, which was surer, read 2 of 40 lines: "ก่อน", "หลัง"',
    ]);
    const [warning] = readingWarnings({ ...fine, recognised: Array.from({ length: 31 }, () => "ก") });
    expect(warning).toEndWith('"ก" and 1 further ones');
    expect(warning?.match(/"ก"/g)).toHaveLength(30);
  });

  test("a page that was read without the text detector that it should have had", () => {
    expect(readingWarnings({ ...fine, lacksDetector: true })).toEqual([
      "the text detector could not be used: columns and tables are read straight across the page",
    ]);
  });

  test("a page on which the text detector found more than is followed", () => {
    expect(readingWarnings({ ...fine, ignoredBoxes: 3001 })).toEqual([
      "the text detector found 3001 lines, too many to sort: columns and tables are read straight across the page",
    ]);
  });

  test("rows of tables that are a guess, up to ten of them", () => {
    const rows = Array.from({ length: 12 }, (_, at) => `pump ${at}`);
    expect(readingWarnings({ ...fine, guessedRows: rows.slice(0, 2) })).toEqual([
      'rows of a table are a guess, and may hold what belongs to the next: "pump 0", "pump 1"',
    ]);
    expect(readingWarnings({ ...fine, guessedRows: rows })[0]).toEndWith('"pump 9" and 2 further ones');
  });

  test("lines that rest on one reading that was not sure of them, up to ten of them", () => {
    const lines = Array.from({ length: 12 }, (_, at) => `line ${at}`);
    expect(readingWarnings({ ...fine, unsureLines: lines.slice(0, 2) })).toEqual([
      'these lines rest on one reading, which was not sure of them: "line 0", "line 1"',
    ]);
    expect(readingWarnings({ ...fine, unsureLines: lines })[0]).toEndWith('"line 9" and 2 further ones');
  });

  test("a page with more doubtful lines than the line recogniser may read", () => {
    expect(readingWarnings({ ...fine, notReadAgain: 12 })).toEqual([
      "the page has too many doubtful lines: 12 of them were not read by the line recogniser",
    ]);
  });

  test.each([
    ["none for clean text", { inkOutside: 0.1, readTwice: 20, disputed: 13, doubts: [] }, []],
    [
      "ink that was not read",
      { inkOutside: 0.345, readTwice: 5, disputed: 5, doubts: [] },
      ["35 % of the ink on the page lies outside the recognised text"],
    ],
    [
      "a place where a line was seen and not read",
      { unreadPlaces: 1 },
      ["something like print was seen in one place and not read: a stamp, a signature, or print that is too faint"],
    ],
    [
      "several of them",
      { unreadPlaces: 2 },
      ["something like print was seen in 2 places and not read: a stamp, a signature, or print that is too faint"],
    ],
    [
      "doubtful Thai digits, with their line",
      { inkOutside: 0, readTwice: 0, disputed: 0, doubts: [{ digits: "๔๙", line: "๑๔ มกราคม ๒๕๔๙" }] },
      ['Thai digits that may be others, ๔ ๙, in the line "๑๔ มกราคม ๒๕๔๙"'],
    ],
    [
      "doubtful digits 0 to 9, which may be letters, with their line",
      { inkOutside: 0, readTwice: 0, disputed: 0, doubts: [{ digits: "5040", line: "เหล็ก 5040" }] },
      ['digits that may be other characters, 5 0 4 0, in the line "เหล็ก 5040"'],
    ],
    [
      "lines nearly all of whose readings differ",
      { inkOutside: 0, readTwice: 20, disputed: 18, doubts: [] },
      [
        "two readings of 18 of 20 lines differ in their letters: much of the text may be wrong, or in another script than Thai and English, which alone can be read",
      ],
    ],
    [
      "words of another language",
      { text: "Priifbericht der Briickenbau fiir Miinchen, Siid" },
      [
        'words of another language than Thai and English, which alone can be read, are on the page, and their accents, dots and other letters may be wrong: "Priifbericht", "Briickenbau", "fiir", "Miinchen", "Siid"',
      ],
    ],
    [
      "lines whose readings differ",
      { inkOutside: 0, readTwice: 20, disputed: 17, doubts: [] },
      ["two readings of 17 of 20 lines differ in their letters: much of the text may be wrong"],
    ],
  ])("%s", (_, reading, warnings) => {
    expect(readingWarnings({ ...fine, ...reading })).toEqual(warnings);
  });
});
