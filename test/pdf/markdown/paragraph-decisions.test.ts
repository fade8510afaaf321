import { describe, expect, test } from "bun:test";
import { fragmentsOf } from "../../../src/pdf/markdown/fragment.ts";
import { leadingOf, linesOf } from "../../../src/pdf/markdown/lines.ts";
import { paragraphsOf } from "../../../src/pdf/markdown/paragraphs.ts";
import { pageOf, type TestLine } from "../../support/page-structure.ts";

const linesFrom = (lines: readonly TestLine[]) => linesOf(fragmentsOf(pageOf(lines)));

/** A line of so many letters; sixty reach from 50 to the margin at 350. */
const of = (letters: number, begin = "The") =>
  `${begin} ${"work ".repeat(20)}`
    .slice(0, letters - 1)
    .trimEnd()
    .padEnd(letters, "s");
const full = of(60);
const thai = "ก".repeat(60);

/** Paragraphs as the beginnings of their lines, with the kind of their marker, and `|` where a new line begins. */
function shapeOf(lines: readonly TestLine[], leading = 1.2, textSize = 10): string[] {
  return paragraphsOf(linesFrom(lines), leading, textSize).map(
    ({ lines: [first, ...others], breaks, marker }) =>
      (marker === undefined ? "" : `${marker.kind}: `) +
      others.reduce(
        (text, line, at) => `${text}${breaks[at] === true ? " | " : " + "}${line.text.slice(0, 3)}`,
        first?.text.slice(0, 3) ?? "",
      ),
  );
}

const bold = { bold: true };
const italic = { italic: true };
const large = { size: 14 };
const largeFull = of(40);

describe("a line goes on with the paragraph", () => {
  test.each<[string, TestLine[], string[]]>([
    [
      "1.25 of the usual distance below",
      [
        [50, 100, full],
        [50, 115, full],
      ],
      ["The + The"],
    ],
    [
      "no further below",
      [
        [50, 100, full],
        [50, 116, full],
      ],
      ["The", "The"],
    ],
    [
      "of a title 1.5 of it below",
      [
        [50, 100, largeFull, large],
        [50, 125, largeFull, large],
      ],
      ["The + The"],
    ],
    [
      "of a title no further below",
      [
        [50, 100, largeFull, large],
        [50, 126, largeFull, large],
      ],
      ["The", "The"],
    ],
    [
      "of a title in one weight only there",
      [
        [50, 100, largeFull, large],
        [50, 117, largeFull, large],
        [50, 140, largeFull, { ...large, bold: true }],
      ],
      ["The + The", "The"],
    ],
    [
      "that is no title at 1.4 of it no more",
      [
        [50, 100, full, { size: 11 }],
        [50, 118.5, full, { size: 11 }],
      ],
      ["The", "The"],
    ],
    [
      "of nearly one size",
      [
        [50, 100, full],
        [50, 112, full, { size: 10.8 }],
      ],
      ["The + The"],
    ],
    [
      "of no other size",
      [
        [50, 100, full],
        [50, 112, full, { size: 11 }],
      ],
      ["The", "The"],
    ],
    [
      "that hangs behind its first line",
      [
        [50, 100, full],
        [70, 112, full],
      ],
      ["The + The"],
    ],
    [
      "but not behind another one",
      [
        [50, 100, full],
        [50, 112, full],
        [59, 124, of(50)],
      ],
      ["The + The", "The"],
    ],
    [
      "shifted by less than an indent",
      [
        [50, 100, full],
        [50, 112, full],
        [57, 124, of(58)],
      ],
      ["The + The + The"],
    ],
    [
      "behind an indented first line",
      [
        [70, 100, of(56)],
        [50, 112, full],
      ],
      ["The + The"],
    ],
    [
      "but not left of its other lines",
      [
        [70, 100, of(56)],
        [70, 112, of(56)],
        [50, 124, full],
      ],
      ["The + The", "The"],
    ],
    [
      "that shares its centre",
      [
        [50, 100, full],
        [100, 112, of(40, "and")],
        [150, 124, of(20, "and")],
        [100, 136, of(40, "and")],
      ],
      ["The + and + and + and"],
    ],
    [
      "of one weight",
      [
        [50, 100, full, bold],
        [50, 112, full],
      ],
      ["The", "The"],
    ],
    [
      "of another weight further down",
      [
        [50, 100, full],
        [50, 112, full],
        [50, 124, full, bold],
      ],
      ["The + The + The"],
    ],
    [
      "that is set upright where the line above is full",
      [
        [50, 100, full, italic],
        [50, 112, full],
      ],
      ["The + The"],
    ],
    [
      "but not where that ends early",
      [
        [50, 100, of(20), italic],
        [50, 112, full],
      ],
      ["The", "The"],
    ],
    [
      "that is no longer in capitals where the line above is full",
      [
        [50, 100, full.toUpperCase()],
        [50, 112, full],
      ],
      ["THE + The"],
    ],
    [
      "but not where that ends early in capitals",
      [
        [50, 100, "THE ROADS"],
        [50, 112, full],
      ],
      ["THE", "The"],
    ],
    [
      "below a number with a letter, which is in no case",
      [
        [50, 100, "A1"],
        [50, 112, full],
      ],
      ["A1 | The"],
    ],
  ])("%s", (_, lines, shape) => {
    expect(shapeOf(lines)).toEqual(shape);
  });

  test("but never above it", () => {
    expect(
      paragraphsOf(
        linesFrom([
          [50, 100, full],
          [50, 112, full],
        ]).toReversed(),
        1.2,
        10,
      ),
    ).toHaveLength(2);
  });
});

describe("a line begins anew within a paragraph", () => {
  const tail: TestLine = [50, 180, full];
  test.each<[string, TestLine[], string[]]>([
    [
      "where the one above had room for its first word",
      [
        [50, 100, of(20)],
        [50, 112, full],
      ],
      ["The | The"],
    ],
    [
      "not where it goes on in the middle of a sentence",
      [
        [50, 100, of(45)],
        [50, 112, of(60, "and")],
      ],
      ["The + and"],
    ],
    [
      "but where the one above fills less than half",
      [
        [50, 100, of(20)],
        [50, 112, of(60, "and")],
      ],
      ["The | and"],
    ],
    [
      "in Thai where six letters would have had room",
      [
        [50, 100, full],
        [50, 112, of(46)],
        [50, 124, thai],
      ],
      ["The + The | กกก"],
    ],
    [
      "in Thai not where fewer would",
      [
        [50, 100, full],
        [50, 112, of(50)],
        [50, 124, thai],
      ],
      ["The + The + กกก"],
    ],
    [
      "below one with a wide gap",
      [
        [50, 100, "Name"],
        [250, 100, of(20)],
        [50, 112, full],
      ],
      ["Nam | The"],
    ],
    [
      "with a wide gap",
      [
        [50, 100, full],
        [50, 112, "Name"],
        [250, 112, of(20)],
      ],
      ["The | Nam"],
    ],
    [
      "below one of a table of contents",
      [
        [50, 100, `${of(40)} . . . . . . . . . 5`],
        [50, 112, full],
      ],
      ["The | The"],
    ],
    [
      "with a check box",
      [
        [50, 100, full],
        [50, 112, `☐ ${of(58)}`],
      ],
      ["The | ☐ T"],
    ],
    ["not in a title that is centred", [[150, 100, of(20)], [170, 112, of(12)], tail], ["The + The", "The"]],
    [
      "where one of its lines is full",
      [[50, 100, full], [150, 112, of(20)], [170, 124, of(12)], tail],
      ["The + The | The", "The"],
    ],
    ["where its lines are equally long", [[150, 100, of(20)], [150, 112, of(20)], tail], ["The | The", "The"]],
    [
      "not because one line of thirteen is longer than the others",
      [...Array.from({ length: 12 }, (_, at): TestLine => [50, 100 + 12 * at, full]), [50, 244, of(80)]],
      [`${"The + ".repeat(12)}The`],
    ],
  ])("%s", (_, lines, shape) => {
    expect(shapeOf(lines)).toEqual(shape);
  });
});

describe("an item begins", () => {
  const item = (text: string) => of(60, text);
  test.each<[string, TestLine[], string[]]>([
    [
      "below a line that ends early",
      [
        [50, 100, of(20)],
        [50, 112, item("1. The")],
      ],
      ["The", "decimal: 1. "],
    ],
    [
      "below white space",
      [
        [50, 100, full],
        [50, 120, item("1. The")],
      ],
      ["The", "decimal: 1. "],
    ],
    [
      "below another one",
      [
        [50, 100, item("1. The")],
        [50, 112, item("2. The")],
      ],
      ["decimal: 1. ", "decimal: 2. "],
    ],
    [
      "not below one of another kind",
      [
        [50, 100, item("1. The")],
        [50, 112, item("(a) The")],
      ],
      ["decimal: 1.  + (a)"],
    ],
    [
      "not below one at another place",
      [
        [50, 100, item("1. The")],
        [70, 112, of(56, "2. The")],
      ],
      ["decimal: 1.  + 2. "],
    ],
    [
      "not with every number that begins a paragraph",
      [
        [50, 100, full],
        [50, 112, of(50, "1. The"), { size: 12 }],
      ],
      ["The", "1. "],
    ],
    [
      "and ends where a line stands behind the others",
      [
        [50, 100, item("1. The")],
        [50, 112, full],
        [70, 124, of(56)],
      ],
      ["decimal: 1.  + The", "The"],
    ],
  ])("%s", (_, lines, shape) => {
    expect(shapeOf(lines)).toEqual(shape);
  });
});

describe("a note begins", () => {
  test.each<[string, TestLine[], string[]]>([
    [
      "with its sign",
      [
        [50, 100, full],
        [50, 112, of(20)],
        [50, 124, "*note"],
      ],
      ["The + The", "*no"],
    ],
    [
      "not below a line that is full",
      [
        [50, 100, full],
        [50, 112, "*note"],
      ],
      ["The + *no"],
    ],
    [
      "with a number smaller than its text",
      [
        [50, 100, full],
        [50, 112, of(20)],
        [50, 121, "1", { size: 6 }],
        [54, 124, "Note"],
      ],
      ["The + The", "1 N"],
    ],
  ])("%s", (_, lines, shape) => {
    expect(shapeOf(lines)).toEqual(shape);
  });
});

describe("lines", () => {
  test.each([
    [19, false],
    [21, true],
  ])("with a gap of %d points are parted: %p", (gap, parted) => {
    expect(
      linesFrom([
        [50, 100, "Name"],
        [70 + gap, 100, "Rick"],
      ])[0]?.parted,
    ).toBe(parted);
  });

  test("begin and end in the direction they are read in", () => {
    expect(linesFrom([[50, 100, "Name"]])[0]).toMatchObject({ start: 50, end: 70 });
    expect(linesFrom([[50, 100, "القوة"]])[0]).toMatchObject({ start: -75, end: -50 });
  });

  test("stand where most of their pieces do", () => {
    const pieces: TestLine[] = [
      [50, 97, "1", { size: 6 }],
      [60, 100, "Roads"],
      [100, 100, "Walls"],
    ];
    expect(linesFrom(pieces)[0]?.baseline).toBe(100);
  });

  test.each([
    ["ROADS", true],
    ["Roads", false],
    ["12", false],
  ])("%s in capitals: %p", (text, capitals) => {
    expect(linesFrom([[50, 100, text]])[0]?.capitals).toBe(capitals);
  });

  const at = (...baselines: number[]) => baselines.map((baseline): TestLine => [50, baseline, "Roads"]);
  test.each<[string, TestLine[], number]>([
    ["have the smaller of the distances that most have", at(100, 112, 124, 140, 160), 1.2],
    ["have none so small or large as no paragraph has", at(100, 106, 112, 118, 130, 160), 1.2],
    [
      "of two sizes have none, and are taken for usual ones",
      [
        [50, 100, "Roads"],
        [50, 118, "Walls", { size: 12 }],
      ],
      1.4,
    ],
  ])("%s", (_, lines, leading) => {
    expect(leadingOf(linesFrom(lines))).toBe(leading);
  });
});
