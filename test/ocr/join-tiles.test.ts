import { describe, expect, test } from "bun:test";
import { joinTiles } from "../../src/ocr/tiles/join-tiles.ts";
import { matchLines } from "../../src/ocr/tiles/match-lines.ts";
import { withoutRepeatedTags } from "../../src/ocr/tiles/repeated-tags.ts";
import { tileWarnings } from "../../src/ocr/tiles/tile-warnings.ts";

describe("two readings of lines at a cut", () => {
  test.each([
    ["equal", "N12 COVER 75 mm", "N12 COVER 75 mm", "N12 COVER 75 mm"],
    ["misread once", "ALL DIMENSIONS IN MILLIMETRES", "ALL DIMENSI0NS IN MILLIMETRES", undefined],
    [
      "misread in a letter",
      "ALL DIMENSIONS IN MILLIMETRES",
      "ALL DIMENSIOUS IN MILLIMETRES",
      "ALL DIMENSIONS IN MILLIMETRES",
    ],
    [
      "a beginning of the other",
      "REINFORCEMENT SD40 TO",
      "REINFORCEMENT SD40 TO TIS 24-2548",
      "REINFORCEMENT SD40 TO TIS 24-2548",
    ],
    ["an end of the other", "LAP LENGTH 45 TIMES BAR", "TIMES BAR", "LAP LENGTH 45 TIMES BAR"],
    ["overlapping in words", "PILE CAP AND COLUMN", "AND COLUMN SCHEDULE", "PILE CAP AND COLUMN SCHEDULE"],
    ["overlapping in one word", "SLAB BARS", "BARS SECTION", "SLAB BARS SECTION"],
    [
      "with half a letter at either cut",
      "CONCRETE GRADE C35/45 FOI",
      "IRADE C35/45 FOR PILE CAPS",
      "CONCRETE GRADE C35/45 FOR PILE CAPS",
    ],
    ["Thai", "คอนกรีตหุ้มเหล็กเสริมไม่น้อยกว่า", "เหล็กเสริมไม่น้อยกว่า 75 มม.", "คอนกรีตหุ้มเหล็กเสริมไม่น้อยกว่า 75 มม."],
    ["different", "SECTION A-A", "PLAN OF ROOF", undefined],
    ["with a fifth of their letters misread", "ABCDEFGHIJKLMNOPQRST", "ABxDEFxHIJxLMNOxQRST", "ABCDEFGHIJKLMNOPQRST"],
    ["with more than a fifth misread", "ABCDEFGHIJKLMNOPQRST", "ABxDEFxHIJxLMNOxQRSx", undefined],
    ["with a fifth of their letters left out", "ABCDEFGHIJKLMNOPQRST", "ABDEFHIJLMNOQRST", "ABCDEFGHIJKLMNOPQRST"],
    ["with more than a fifth left out", "ABCDEFGHIJKLMNOPQRST", "ABDEFHIJLMNOQRS", undefined],
    ["with a fifth of their letters too many", "ABCDEFGHIJKLMNOP", "ABxCDEFxGHIJxKLMNOxP", "ABxCDEFxGHIJxKLMNOxP"],
    ["with more than a fifth too many", "ABCDEFGHIJKLMNO", "ABxCDEFxGHIJxKLMNOxPx", undefined],
    ["three letters, which are an end of the other", "ABC", "XYZ ABC", "XYZ ABC"],
    ["two letters, which are a coincidence", "AB", "XYZ AB", undefined],
    ["longer than lines are, and equal but for a letter", "a".repeat(401), `${"a".repeat(400)}b`, undefined],
    ["as long as lines may be, and equal but for a letter", "a".repeat(400), `${"a".repeat(399)}b`, "a".repeat(400)],
    ["different in a number only", "COLUMN C1 400 x 400", "COLUMN C2 400 x 400", undefined],
    ["alike in a few letters", "TO FORM", "FORMWORK", undefined],
  ])("%s", (_, first, second, whole) => {
    expect(matchLines(first, second)?.text).toBe(whole);
  });
});

describe("joined pieces", () => {
  const crossing = { first: 0, second: 1, lines: 1, firstAt: 0.5, secondAt: 0.5 };

  test("follow each other, and what stands in both stays where no cut crosses it", () => {
    expect(joinTiles(["TYPICAL\nA", "", "TYPICAL\nB"], [])).toEqual({ text: "TYPICAL\nA\n\nTYPICAL\nB", warnings: [] });
  });

  test("have the line that the cut crosses once, whole, where the first has it", () => {
    const texts = ["one\nLAP LENGTH 45 TIMES\nthree", "four\n45 TIMES BAR DIAMETER\nsix"];
    expect(joinTiles(texts, [crossing])).toEqual({
      text: "one\nLAP LENGTH 45 TIMES BAR DIAMETER\nthree\n\nfour\nsix",
      warnings: [],
    });
  });

  test("have no more lines united than the cut crosses", () => {
    const same = "TYPICAL DETAIL\nTYPICAL DETAIL";
    expect(joinTiles([same, same], [crossing]).text).toBe("TYPICAL DETAIL\nTYPICAL DETAIL\n\nTYPICAL DETAIL");
  });

  test("have each line of the second united with one line of the first, however many the cut crosses", () => {
    const texts = ["LAP LENGTH OF 45 TIMES\nSPLICE 45 TIMES", "45 TIMES BAR DIAMETER"];
    expect(joinTiles(texts, [{ ...crossing, lines: 2 }]).text.match(/BAR DIAMETER/g)).toHaveLength(1);
  });

  test("have each line of the first united with one line of the second, however many the cut crosses", () => {
    const texts = ["LAP LENGTH OF 45 TIMES", "45 TIMES BAR DIAMETER\n45 TIMES BAR SPACING"];
    const { text } = joinTiles(texts, [{ ...crossing, lines: 2 }]);
    expect(text.match(/BAR DIAMETER/g)).toHaveLength(1);
    expect(text.match(/BAR SPACING/g)).toHaveLength(1);
  });

  test("keep equal words that stand elsewhere than the cut", () => {
    const lines = ["TYPICAL DETAIL", ...Array.from({ length: 20 }, (_, index) => `note ${index}`)];
    const away = { ...crossing, firstAt: 0.9, secondAt: 0.9 };
    expect(joinTiles([lines.join("\n"), "TYPICAL DETAIL"], [away]).text.match(/TYPICAL DETAIL/g)).toHaveLength(2);
  });

  test("keep what does not fit together, and say so", () => {
    expect(joinTiles(["SECTION A-A", "PLAN OF ROOF"], [crossing])).toEqual({
      text: "SECTION A-A\n\nPLAN OF ROOF",
      warnings: ["between pieces 1 and 2 something that the cut crosses may stand twice, or in two parts"],
    });
  });

  test("unite a line over three pieces", () => {
    const texts = [
      "A LONG LINE OF TEXT THAT GOES",
      "TEXT THAT GOES ON OVER THE NEXT CUT",
      "OVER THE NEXT CUT TO ITS END",
    ];
    const crossings = [crossing, { ...crossing, first: 1, second: 2 }];
    expect(joinTiles(texts, crossings).text).toBe("A LONG LINE OF TEXT THAT GOES ON OVER THE NEXT CUT TO ITS END");
  });

  test("take empty lines for nothing that two of them have in common", () => {
    expect(joinTiles(["A\n\nB", "C\n\nD"], [crossing])).toEqual({
      text: "A\n\nB\n\nC\n\nD",
      warnings: ["between pieces 1 and 2 something that the cut crosses may stand twice, or in two parts"],
    });
  });

  test("are said to be in doubt for each seam alone, and only where a line found no other", () => {
    const texts = ["LAP LENGTH 45 TIMES", "LAP LENGTH 45 TIMES", "PLAN OF ROOF"];
    const crossings = [crossing, { ...crossing, first: 1, second: 2 }, { ...crossing, first: 1, second: 2 }];
    expect(joinTiles(texts, crossings).warnings).toEqual([
      "between pieces 2 and 3 something that the cut crosses may stand twice, or in two parts",
    ]);
  });

  test("unite lines as far from the cut as the order of notes is a guess, and no farther", () => {
    const line = "LAP LENGTH OF BARS";
    const notes = Array.from({ length: 9 }, (_, index) => `${index} ${"abcdefghi".charAt(index).repeat(9)}`);
    const joined = (firstAt: number) =>
      joinTiles([[line, ...notes].join("\n"), line], [{ ...crossing, firstAt, secondAt: 0.5 }]).text;
    // The line is the first of ten, which stands at 0.05.
    expect(joined(0.49).match(/LAP LENGTH/g)).toHaveLength(1);
    expect(joined(0.51).match(/LAP LENGTH/g)).toHaveLength(2);
  });

  test("leave the rows of tables alone", () => {
    const texts = ["| 1 | BEAM B1 |", "| 1 | BEAM B1 |"];
    expect(joinTiles(texts, [crossing]).text).toBe("| 1 | BEAM B1 |\n\n| 1 | BEAM B1 |");
  });
});

test("a tag stays in the last piece that has it, and its value everywhere", () => {
  const texts = ["No. <document_number>S-1</document_number>", "x", "<document_number>S-204</document_number>", "end"];
  expect(withoutRepeatedTags(texts, ["document_number", "subject"])).toEqual(["No. S-1", "x", texts[2] ?? "", "end"]);
});

test("warnings of pieces are told once each, with the pieces that they are about", () => {
  expect(tileWarnings([["a", "b"], ["a"], ["a", "a"], ["b"]])).toEqual(["pieces 1-3 of 4: a", "pieces 1, 4 of 4: b"]);
  expect(tileWarnings([["a"], ["a"]])).toEqual(["all 2 pieces: a"]);
  expect(tileWarnings([["a"]])).toEqual(["the one piece with print: a"]);
});
