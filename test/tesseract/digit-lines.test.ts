import { describe, expect, test } from "bun:test";
import { settleDoubts } from "../../src/tesseract/digits/doubtful-digits.ts";
import { glyphShape } from "../../src/tesseract/digits/glyph-shape.ts";
import type { DigitJudge } from "../../src/tesseract/digits/judge-digit.ts";
import { judgeGlyph } from "../../src/tesseract/digits/judge-glyph.ts";
import type { KnownGlyph } from "../../src/tesseract/digits/known-glyphs.ts";
import { readDigits } from "../../src/tesseract/digits/read-digits.ts";
import type { RecognisedLine } from "../../src/tesseract/lines/recognised-line.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

/** Glyphs of 20 px, and what they are known as. */
const shapes = {
  corner: [
    [0, 0, 3, 20],
    [0, 17, 10, 3],
  ],
  hook: [
    [0, 0, 10, 3],
    [7, 0, 3, 20],
  ],
  ring: [
    [0, 0, 10, 3],
    [0, 17, 10, 3],
    [0, 0, 3, 20],
    [7, 0, 3, 20],
  ],
  cross: [
    [4, 0, 3, 20],
    [0, 8, 10, 3],
  ],
  stroke: [[0, 0, 4, 20]],
  wide: [
    [0, 9, 17, 2],
    [8, 0, 2, 20],
  ],
  several: [
    [0, 9, 27, 2],
    [4, 0, 2, 20],
    [14, 0, 2, 20],
  ],
  fewer: [
    [0, 9, 26, 2],
    [4, 0, 2, 20],
    [14, 0, 2, 20],
  ],
} as const satisfies Record<string, readonly Rectangle[]>;
type Shape = keyof typeof shapes;
const widthOf = (shape: Shape) => Math.max(...shapes[shape].map(([left, , width]) => left + width));
const known = (character: string, shape: Shape, wider = 1): KnownGlyph => ({
  character,
  aspect: (wider * widthOf(shape)) / 20,
  shape: glyphShape(drawing(widthOf(shape), 20, shapes[shape])),
});
/** The hook is a little more like a digit than like a letter, the ring as much. */
const alphabet = [
  ...[known("๔", "corner"), known("๖", "hook"), known("ง", "hook", 1.4), known("๐", "ring"), known("O", "ring")],
  ...[known("ก", "cross"), known("|", "stroke"), known("+", "wide")],
];

/** Below this a digit is never certain. */
const notCertain = 1.9;
const certain = 2;
const judgeWith =
  (lead: number): DigitJudge =>
  (glyph) => {
    const nearest = judgeGlyph(glyph, alphabet);
    return nearest && { ...nearest, lead };
  };

/** What becomes of a text that was read where these glyphs stand; a blank begins a word. */
function read(text: string, ...glyphs: readonly (Shape | " ")[]) {
  return readWith(notCertain, text, ...glyphs);
}

function readWith(lead: number, text: string, ...glyphs: readonly (Shape | " ")[]) {
  const ink: Rectangle[] = [];
  let left = 10;
  for (const glyph of glyphs) {
    if (glyph === " ") left += 14;
    else {
      const at = left;
      ink.push(...shapes[glyph].map(([x, y, width, height]): Rectangle => [at + x, 20 + y, width, height]));
      left += widthOf(glyph) + 4;
    }
  }
  const image = drawing(left + 10, 60, ink);
  const characters = Array.from(text);
  const step = (left - 10) / characters.length;
  const words = characters.flatMap((character, at) =>
    character === " "
      ? []
      : [{ text: character, confidence: 90, left: 10 + at * step, top: 20, width: step, height: 20 }],
  );
  const line: RecognisedLine = {
    text,
    confidence: 90,
    box: { left: 0, top: 10, width: image.width, height: 40 },
    words,
  };
  const written = readDigits(line, image, judgeWith(lead));
  const { text: settled, doubts } = settleDoubts(written.text);
  return { text: settled, doubtful: doubts.map(({ digits }) => digits).join(""), isSame: written === line };
}

describe("of a line of Thai", () => {
  test.each<[string, string, (Shape | " ")[], string, string]>([
    ["a digit that was read is what was seen there", "ก๓", ["cross", " ", "corner"], "ก๔", ""],
    ["a letter beside a digit that was read is the digit that was seen there", "๓ข", ["corner", "corner"], "๔๔", ""],
    ["a digit beside it that is not plainly one is in doubt", "๓ขข", ["corner", "ring", "cross"], "๔๐ข", "๐"],
    [
      "a letter far from a digit is one where it is plainly seen",
      "๓ กข",
      ["corner", " ", "cross", "corner"],
      "๔ ก๔",
      "๔",
    ],
    [
      "a word is a number where all of it is a little more like digits",
      "ก ขข",
      ["cross", " ", "hook", "hook"],
      "ก ๖๖",
      "๖๖",
    ],
    ["a word is none where a part of it is not", "ก ขก", ["cross", " ", "hook", "cross"], "ก ขก", ""],
    ["an Arabic digit stands in such a word", "ก 22", ["cross", " ", "hook", "hook"], "ก 22", ""],
    ["noughts behind digits are in doubt", "๓oo", ["corner", "ring", "ring"], "๔๐๐", "๐๐"],
    ["what was read as another letter is no nought", "๓oข", ["corner", "ring", "ring"], "๔๐ข", "๐"],
    ["noughts in a word that is none of digits stand", "๓ oก", ["corner", " ", "ring", "cross"], "๔ oก", ""],
    ["noughts in a line without digits stand", "ก oo", ["cross", " ", "ring", "ring"], "ก oo", ""],
    ["a narrow stroke tells nothing of the digits beside it", "๓/๓", ["corner", "stroke", "corner"], "๔/๔", ""],
    [
      "a wide stroke may have swallowed a digit, so that those beside it are in doubt",
      "๓/๓",
      ["corner", "wide", "corner"],
      "๔/๔",
      "๔๔",
    ],
    [
      "a letter that was read for several that touch may have been a number, so that the next digit is in doubt",
      "๓๓ ก m",
      ["corner", "corner", " ", "cross", " ", "several"],
      "๔๔ ก m",
      "๔",
    ],
    [
      "a word of Latin letters each of which may be a digit may be a number, so that the next digit is in doubt",
      "๓ m ก",
      ["corner", " ", "ring", " ", "cross"],
      "๔ m ก",
      "๔",
    ],
    [
      "a word of which one is none tells nothing",
      "๓ mm ก",
      ["corner", " ", "ring", "cross", " ", "cross"],
      "๔ mm ก",
      "",
    ],
    ["a Thai letter as wide tells nothing", "๓ ก ฒ", ["corner", " ", "cross", " ", "several"], "๔ ก ฒ", ""],
    ["a letter that is less wide tells nothing", "๓ ก m", ["corner", " ", "cross", " ", "fewer"], "๔ ก m", ""],
    ["a letter as wide has swallowed none", "๓ฒ๓", ["corner", "wide", "corner"], "๔ฒ๔", ""],
  ])("%s", (_, text, glyphs, expected, doubtful) => {
    expect(read(text, ...glyphs)).toMatchObject({ text: expected, doubtful });
  });
});

test("a digit that is certain is in doubt neither among letters nor where the recogniser read two for it", () => {
  expect(readWith(certain, "๓ กข", "corner", " ", "cross", "corner")).toMatchObject({ text: "๔ ก๔", doubtful: "" });
  expect(read("๓๓๓", "corner", "corner")).toMatchObject({ text: "๔๔", doubtful: "๔" });
  expect(readWith(certain, "๓๓๓", "corner", "corner")).toMatchObject({ text: "๔๔", doubtful: "" });
  expect(readWith(certain, "๓๓๓ก", "corner", "corner", "cross")).toMatchObject({ doubtful: "๔" });
});

test("a line in which nothing is like a digit is left as it is", () => {
  expect(read("กข", "cross", "cross").isSame).toBe(true);
  expect(read("ก ขข", "cross", " ", "ring", "ring").isSame).toBe(true);
});

test.each([
  [16, true],
  [17, false],
])("a line without Thai is looked at up to 16 characters: %p", (length, isRead) => {
  const text = "b".repeat(length);
  const { text: written, isSame } = read(text, ...Array.from({ length }, (): Shape => "corner"));
  expect([written === "๔".repeat(length), isSame]).toEqual([isRead, !isRead]);
});
