import { describe, expect, test } from "bun:test";
import { anchorsOf, withAnchors } from "../../../src/pdf/markdown/anchors.ts";
import type { Box } from "../../../src/pdf/markdown/box.ts";
import { withCheckBoxes } from "../../../src/pdf/markdown/check-boxes.ts";
import { codeMarkdown } from "../../../src/pdf/markdown/code.ts";
import { withDropCapitals } from "../../../src/pdf/markdown/drop-capitals.ts";
import { type Fragment, fragmentsOf, joinFragments } from "../../../src/pdf/markdown/fragment.ts";
import { linesOf } from "../../../src/pdf/markdown/lines.ts";
import { listMarker } from "../../../src/pdf/markdown/list-marker.ts";
import type { TextLine, TextRun } from "../../../src/pdf/markdown/page-structure.ts";
import { rowsOf } from "../../../src/pdf/markdown/rows.ts";
import { withSteadySizes } from "../../../src/pdf/markdown/steady-sizes.ts";
import { upright } from "../../../src/pdf/markdown/upright.ts";
import { pageOf, rule, type TestLine } from "../../support/page-structure.ts";

const fragments = (lines: readonly TestLine[]) => fragmentsOf(pageOf(lines));
const texts = (found: readonly Fragment[]) => found.map(({ text }) => text);

function lineOf(text: string, runs?: Partial<TextRun>[]): TextLine {
  const [line] = pageOf([[50, 100, text]]).lines;
  const [run] = line?.runs ?? [];
  if (line === undefined || run === undefined) throw new Error("no line");
  return runs === undefined ? line : { ...line, runs: runs.map((other) => ({ ...run, ...other })) };
}

describe("pieces of text stand in one row", () => {
  test.each<[string, TestLine[], number]>([
    [
      "a quarter of their size apart",
      [
        [50, 100, "Roads"],
        [100, 102.5, "Walls"],
      ],
      1,
    ],
    [
      "no further apart",
      [
        [50, 100, "Roads"],
        [100, 103, "Walls"],
      ],
      2,
    ],
    [
      "further apart where one is raised",
      [
        [50, 100, "Roads"],
        [75, 95.5, "2", { size: 6 }],
      ],
      1,
    ],
    [
      "not over each other",
      [
        [50, 100, "Roads"],
        [72, 100, "Walls"],
      ],
      2,
    ],
    [
      "over each other by a hair",
      [
        [50, 100, "Roads"],
        [73, 100, "Walls"],
      ],
      1,
    ],
  ])("%s", (_, lines, rows) => {
    expect(rowsOf(fragments(lines))).toHaveLength(rows);
  });
});

describe("a piece of text", () => {
  const styleOf = (runs: Partial<TextRun>[]) => fragmentsOf({ lines: [lineOf("", runs)], links: [] })[0];
  test.each([
    [85, true],
    [84, false],
  ])("of which %d letters of a hundred are bold is bold: %p", (letters, bold) => {
    const runs = [{ text: "a".repeat(letters), bold: true }, { text: "a".repeat(100 - letters) }];
    expect(styleOf(runs)?.bold).toBe(bold);
  });

  test("has the size of most of its letters, white space left out", () => {
    expect(
      styleOf([
        { text: "ab", size: 8 },
        { text: "Roads", size: 10 },
        { text: "         ", size: 12 },
      ])?.size,
    ).toBe(10);
  });

  test("ends where its letters do", () => {
    expect(styleOf([{ text: " Roads " }])?.text).toBe("Roads");
  });

  test("that is put together has the size of most letters", () => {
    expect(
      joinFragments(
        fragments([
          [50, 97, "1", { size: 6 }],
          [60, 100, "Roads"],
        ]),
        "1 Roads",
      ).size,
    ).toBe(10);
  });
});

describe("the large capital of a paragraph", () => {
  const capital = (size: number): TestLine => [50, 110, "O", { size }];
  test.each<[string, TestLine[], string[]]>([
    ["is 1.8 times as large as its text", [capital(18), [60, 100, "ver the"]], ["Over the"]],
    ["is no smaller", [capital(17), [60, 100, "ver the"]], ["O", "ver the"]],
    ["stands 1.2 sizes before it", [capital(18), [70.9, 100, "ver the"]], ["Over the"]],
    ["stands no further away", [capital(18), [71, 100, "ver the"]], ["O", "ver the"]],
    ["is none of a single letter", [capital(18), [60, 100, "v"]], ["O", "v"]],
    ["is none of a word that has its own", [capital(18), [60, 100, "The"]], ["O", "The"]],
    ["is one of a word in capitals", [capital(18), [60, 100, "VER the"]], ["OVER the"]],
    ["is none of a line above it", [capital(18), [60, 90, "ver the"]], ["O", "ver the"]],
    [
      "is the only one of its word",
      [capital(18), [50, 110, "A", { size: 18 }], [60, 100, "ver the"]],
      ["A", "Over the"],
    ],
  ])("%s", (_, lines, joined) => {
    expect(texts(withDropCapitals(fragments(lines)))).toEqual(joined);
  });

  test("is drawn with its word", () => {
    const [found] = withDropCapitals(fragments([capital(18), [60, 100, "ver the"]]));
    expect(found?.runs.map(({ size }) => size)).toEqual([18, 10]);
  });
});

describe("sizes of recognised words", () => {
  const sized = (...sizes: number[]) => sizes.map((size, at): TestLine => [50, 100 + 40 * at, "Roads", { size }]);
  test.each<[string, TestLine[], number[]]>([
    ["are the middle one where there are many", sized(10, 11, 12, 13, 14, 15), [12, 12, 12, 12, 12, 12]],
    ["stay where there are five", sized(10, 11, 12, 13, 14), [10, 11, 12, 13, 14]],
    ["stay far from the middle one", sized(10, 11, 12, 13, 14, 15, 30), [13, 13, 13, 13, 13, 13, 30]],
    [
      "stay where most letters have one",
      [...sized(10, 11, 12, 13, 14, 15), [50, 500, "a".repeat(25)]],
      [10, 11, 12, 13, 14, 15, 10],
    ],
  ])("%s", (_, lines, sizes) => {
    expect(withSteadySizes(fragments(lines)).map(({ size }) => size)).toEqual(sizes);
  });
});

describe("a check box", () => {
  const box = { box: [50, 91, 60, 101], checked: true } as const;
  test.each([
    ["✓", ["Approved", "☑"]],
    ["X", ["X", "Approved", "☑"]],
  ])("shows itself in the place of %s, a letter stays", (sign, shown) => {
    expect(
      texts(
        withCheckBoxes(
          fragments([
            [52, 100, sign],
            [70, 100, "Approved"],
          ]),
          [box],
        ),
      ),
    ).toEqual(shown);
  });

  test("is as large as the text nearest to it", () => {
    const found = withCheckBoxes(
      fragments([
        [200, 100, "Far", { size: 12 }],
        [70, 100, "Near"],
      ]),
      [box],
    );
    expect(found.at(-1)).toMatchObject({ text: "☑", size: 10 });
  });
});

describe("what runs in another direction", () => {
  const line = (direction: TextLine["direction"]): TextLine => ({
    ...lineOf("arXiv 2025"),
    box: [100, 200, 112, 300],
    direction,
  });
  test.each<[string, TextLine["direction"], Box, number]>([
    ["upwards", [0, -1], [540, 100, 640, 112], 840],
    ["downwards", [0, 1], [200, 488, 300, 500], 840],
    ["upside down", [-1, 0], [488, 540, 500, 640], 600],
  ])("%s is turned with its page", (_, direction, box, widthPt) => {
    const { main } = upright(pageOf([], { lines: [line(direction)], shapes: [rule(100, 200, 112, 300)] }));
    expect(main.lines[0]?.box).toEqual(box);
    expect(main.shapes[0]?.box).toEqual(box);
    expect(main.widthPt).toBe(widthPt);
  });

  test("stands apart, without what is drawn, where most letters stand upright", () => {
    const [plain] = pageOf([[50, 100, "The works on the harbour"]]).lines;
    if (plain === undefined) throw new Error("no line");
    const page = pageOf([], {
      lines: [line([0, -1]), plain],
      shapes: [rule(0, 0, 9, 9)],
      links: [{ box: [0, 0, 9, 9], url: "https://example.org" }],
      checkBoxes: [{ box: [0, 0, 9, 9], checked: true }],
    });
    const { main, others } = upright(page);
    expect(main.lines).toEqual([plain]);
    expect(main.shapes).toHaveLength(1);
    expect(others).toMatchObject([{ lines: [{ box: [540, 100, 640, 112] }], shapes: [], links: [], checkBoxes: [] }]);
  });
});

describe("a link stands at its words", () => {
  // Letters are five points wide: the second word stands from 80 to 100, roughly.
  const under = (text: string, box: Box, url = "https://example.org") =>
    anchorsOf(lineOf(text), [{ box, url }]).map((anchor) => anchor.text);
  test.each<[string, string[], string, Box, string]>([
    ["that it lies on", ["beam"], "roads beam roads", [80, 92, 100, 102], "https://a.example"],
    ["not on another line", [], "roads beam roads", [80, 106, 100, 116], "https://a.example"],
    [
      "not in the middle of a long word",
      [],
      "roads beamsandcolumnsandmore roads",
      [115, 92, 155, 102],
      "https://a.example",
    ],
    ["not where they are the address", [], "see www.example.org now", [70, 92, 145, 102], "https://www.example.org"],
    ["not where it leads to a script", [], "roads beam roads", [80, 92, 100, 102], "javascript:void"],
    ["not where its address has a bracket", [], "roads beam roads", [80, 92, 100, 102], "https://a.example/(b"],
  ])("%s", (_, words, text, box, url) => {
    expect(under(text, box, url)).toEqual(words);
  });

  test("and changes nothing where they are not found", () => {
    const anchors = ["gone", "beam"].map((text) => ({ text, url: "https://a.example" }));
    expect(withAnchors("a beam", anchors, (text) => text)).toBe("a [beam](https://a.example)");
  });
});

describe("code", () => {
  const code = (lines: readonly TestLine[]) => codeMarkdown(linesOf(fragments(lines)));
  test("that holds a fence has another one", () => {
    expect(code([[50, 100, "``"]])).toBe("```\n``\n```");
    const fences: TestLine[] = [
      [50, 100, "````"],
      [50, 112, "~~~~"],
      [50, 124, "```"],
    ];
    expect(code(fences)).toBe("`````\n````\n~~~~\n```\n`````");
  });

  test("has a blank between pieces however near they stand, and more where there is more", () => {
    expect(
      code([
        [50, 100, "abcd"],
        [71, 100, "ef"],
      ]),
    ).toBe("```\nabcd ef\n```");
    expect(
      code([
        [50, 100, "abcd"],
        [98, 100, "ef"],
      ]),
    ).toBe("```\nabcd    ef\n```");
  });
});

describe("the marker of an item", () => {
  test.each([
    ["12.34 Scope", "levels", 2],
    ["1.2.3 Scope", "levels", 3],
    ["123. Scope", "decimal", 1],
    ["[1] Scope", "bracketed", 1],
  ] as const)("%s", (text, kind, depth) => {
    expect(listMarker(text)).toMatchObject({ kind, depth });
  });

  test("has no more than three digits", () => {
    expect(listMarker("1986. A year")).toBeUndefined();
  });
});
