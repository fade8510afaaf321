import { describe, expect, test } from "bun:test";
import { piecesOf } from "../../src/tesseract/layout/pieces.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import type { Rules } from "../../src/tesseract/picture/ruling-lines.ts";

const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });
const noRules: Rules = { horizontal: [], vertical: [] };
const noInk = { bands: () => [], lanes: () => [] };
const pieces = (...boxes: readonly Box[]) => piecesOf(boxes, noInk, noRules);

test("a box over several ruling lines is cut at each of them", () => {
  const rule = (at: number) => ({ at, from: 80, to: 150 });
  const vertical = [rule(160), rule(220), rule(280)];
  const cut = piecesOf([box(100, 100, 240, 30)], noInk, { horizontal: [], vertical });
  expect(cut).toEqual([box(100, 100, 60, 30), box(160, 100, 60, 30), box(220, 100, 60, 30), box(280, 100, 60, 30)]);
});

describe("a box higher than 1.4 lines", () => {
  const lines = [box(100, 100, 300, 30), box(100, 150, 300, 30), box(100, 400, 300, 30)];
  const tall = box(100, 200, 300, 72);
  const askedFor = (...boxes: readonly Box[]) => {
    const asked: Box[] = [];
    piecesOf(
      boxes,
      {
        ...noInk,
        bands: (part) => {
          asked.push(part);
          return [];
        },
      },
      noRules,
    );
    return asked;
  };

  test.each<[string, readonly Box[], Box | undefined]>([
    ["is looked at with what reaches out of it by half a line", [tall], box(100, 185, 300, 102)],
    [
      "is looked at down and up to what stands above and below",
      [tall, box(150, 180, 90, 10), box(150, 277, 90, 20)],
      box(100, 190, 300, 87),
    ],
    [
      "is looked at whatever stands beside it",
      [tall, box(450, 180, 90, 10), box(450, 277, 90, 20)],
      box(100, 185, 300, 102),
    ],
    [
      "is looked at whatever reaches into it",
      [tall, box(150, 190, 90, 12), box(150, 270, 90, 12)],
      box(100, 185, 300, 102),
    ],
    ["is not looked at where it is no higher", [box(100, 200, 300, 42)], undefined],
  ])("%s", (_, boxes, part) => {
    expect(askedFor(...lines, ...boxes)).toEqual(part === undefined ? [] : [part]);
  });

  test.each<[string, readonly Box[], readonly Box[]]>([
    [
      "the bands in it",
      [box(100, 205, 300, 28), box(100, 240, 300, 28)],
      [box(100, 205, 300, 28), box(100, 240, 300, 28)],
    ],
    ["none that is lower than half a line", [box(100, 205, 300, 28), box(100, 240, 300, 14)], [box(100, 205, 300, 28)]],
    [
      "one that is half a line high",
      [box(100, 205, 300, 28), box(100, 240, 300, 15)],
      [box(100, 205, 300, 28), box(100, 240, 300, 15)],
    ],
    ["none whose middle lies above it", [box(100, 185, 300, 30), box(100, 240, 300, 28)], [box(100, 240, 300, 28)]],
    ["none whose middle lies below it", [box(100, 205, 300, 28), box(100, 257, 300, 30)], [box(100, 205, 300, 28)]],
    ["all of it where there is none", [], [tall]],
  ])("becomes %s", (_, bands, expected) => {
    expect(piecesOf([...lines, tall], { ...noInk, bands: () => [...bands] }, noRules)).toEqual([
      ...lines.slice(0, 2),
      ...expected,
      ...lines.slice(2),
    ]);
  });
});

describe("a line whose upper half was seen as a line of its own", () => {
  const line = box(91, 187, 190, 33);
  const upper = box(161, 174, 97, 23);
  const band = box(92, 177, 188, 40);
  const others = [box(90, 100, 196, 27), box(90, 300, 400, 30), box(90, 400, 400, 30)];
  const piecesIn = (upperHalf: Box, ...bands: readonly Box[]) =>
    piecesOf([...others, line, upperHalf], { ...noInk, bands: () => [...bands] }, noRules).slice(1, -2);

  test.each<[string, Box, readonly Box[], readonly Box[]]>([
    ["is the band of ink that both stand in", upper, [band], [band]],
    ["stays as it is where there are two bands", upper, [box(161, 176, 97, 10), line], [upper, line]],
    ["stays as it is where there is no ink", upper, [], [upper, line]],
    ["is none where the upper one is nearly as high", box(161, 170, 97, 27), [band], [box(161, 170, 97, 27), line]],
    ["is none where less than a third stands in it", box(161, 170, 97, 23), [band], [box(161, 170, 97, 23), line]],
    ["is none where the upper one reaches out at its side", box(21, 174, 97, 23), [band], [box(21, 174, 97, 23), line]],
    ["is none where both are two lines high", box(161, 163, 97, 26), [band], [box(161, 163, 97, 26), line]],
  ])("%s", (_, upperHalf, bands, expected) => {
    expect(piecesIn(upperHalf, ...bands)).toEqual([...expected]);
  });
});

describe("lanes without ink", () => {
  test("are looked for by the height that half of the text has by its length, whatever comes first", () => {
    const asked: number[] = [];
    const lanes = (usualPx: number) => {
      asked.push(usualPx);
      return [];
    };
    piecesOf([box(0, 0, 500, 80), box(0, 200, 200, 30), box(0, 300, 300, 60)], { ...noInk, lanes }, noRules);
    expect(asked).toEqual([60]);
  });

  test.each([
    [1000, 1],
    [1001, 0],
  ])("are looked for among a thousand boxes at most: %p", (count, times) => {
    let asked = 0;
    const lanes = () => {
      asked++;
      return [];
    };
    const boxes = Array.from({ length: count }, (_, at) => box(200 * (at % 10), 60 * Math.floor(at / 10), 40, 30));
    expect(piecesOf(boxes, { ...noInk, lanes }, noRules)).toHaveLength(count);
    expect(asked).toBe(times);
  });
});

describe("a lane between cells", () => {
  const lane = box(190, 90, 20, 300);
  const read = (boxes: readonly Box[]) => piecesOf(boxes, { ...noInk, lanes: () => [lane] }, noRules);
  /** Rows of two cells that stand as near to each other as words, in one box or in two. */
  const near = (count: number, width = 90) =>
    Array.from({ length: count }, (_, at) => [
      box(190 - width, 100 + 50 * at, width, 30),
      box(210, 100 + 50 * at, 60, 30),
    ]);
  const asOne = (rows: readonly Box[][]) =>
    rows.map(([left, right]) => box(left?.left ?? 0, left?.top ?? 0, 270 - (left?.left ?? 0), (right ?? lane).height));

  test.each<[string, readonly Box[], readonly Box[]]>([
    ["parts those of four rows", near(4).flat(), near(4).flat()],
    ["parts none of three rows", near(3).flat(), asOne(near(3))],
    ["parts those that were seen as one beside a lane of 0.6 of their height", asOne(near(4)), near(4).flat()],
    ["parts names that are long from what is short", near(4, 400).flat(), near(4, 400).flat()],
    ["does not part lines of prose from their numbers", near(4, 600).flat(), asOne(near(4, 600))],
    [
      "parts them where its boxes reach into it",
      [...near(3).flat(), box(100, 250, 95, 30), box(205, 250, 65, 30)],
      near(4).flat(),
    ],
  ])("%s", (_, boxes, expected) => {
    expect(read(boxes)).toEqual([...expected]);
  });

  test("leaves cells as they are that stand farther apart than words", () => {
    const far = near(4)
      .flat()
      .map((cell) => (cell.left === 210 ? { ...cell, left: 230 } : { ...cell, width: 95 }));
    const pieces = piecesOf(far, { ...noInk, lanes: () => [{ ...lane, width: 38 }] }, noRules);
    expect(pieces).toEqual(far);
  });

  test.each([
    [90, 390, false],
    [90, 240, true],
  ])("parts none where a ruling line is drawn in it, along more than half: from %p to %p", (from, to, isCut) => {
    const vertical = [{ at: 200, from, to }];
    const cells = near(4)
      .flat()
      .map((cell) => (cell.left === 210 ? cell : { ...cell, width: 95 }));
    const pieces = piecesOf(cells, { ...noInk, lanes: () => [lane] }, { horizontal: [], vertical });
    expect(pieces[0]?.width).toBe(isCut ? 90 : 95);
  });

  test("narrower parts those that were seen as one only where others were not", () => {
    const narrow = { ...lane, width: 17 };
    const parted = (boxes: readonly Box[]) => piecesOf(boxes, { ...noInk, lanes: () => [narrow] }, noRules);
    expect(parted(asOne(near(4)))).toEqual(asOne(near(4)));
    expect(parted([...near(1).flat(), ...asOne(near(4)).slice(1)])).toHaveLength(8);
  });

  test.each([
    [6, 1, true],
    [5, 2, false],
  ])("parts %p rows of cells beside %p lines of prose: %p", (rows, lines, isParted) => {
    const prose = Array.from({ length: lines }, (_, at) => box(100, 120 + 50 * (rows + at), 400, 30));
    const long = box(190, 90, 20, 50 * (rows + lines) + 100);
    const boxes = [...near(rows).flat(), ...prose];
    const pieces = piecesOf(boxes, { ...noInk, lanes: () => [long] }, noRules);
    expect(pieces.filter(({ left }) => left === 210).length > 0).toBe(isParted);
  });
});

describe("a gutter", () => {
  const pitchPx = 38;
  const lines = (left: number, width: number, count = 9) =>
    Array.from({ length: count }, (_, at) => box(left, 100 + pitchPx * at, width, 34));
  const gutter = box(592, 90, 14, 600);
  const read = (boxes: readonly Box[], ...lanes: Box[]) => piecesOf(boxes, { ...noInk, lanes: () => lanes }, noRules);
  const across = lines(100, 998);
  const columns = [...lines(100, 492), ...lines(606, 492)].toSorted((a, b) => a.top - b.top || a.left - b.left);

  test.each<[string, Box]>([
    ["that is lower than half of it, be that wider", box(300, 90, 20, 120)],
    ["that is narrower", box(300, 90, 8, 600)],
  ])("is one beside a lane %s", (_, lane) => {
    expect(read(across, gutter, lane)).toEqual(columns);
  });

  test("as wide as a line is high parts three lines", () => {
    expect(read([...lines(100, 490, 3), ...lines(624, 480, 3)], box(590, 90, 34, 200))).toHaveLength(6);
  });

  test("however wide does not part two lines of prose", () => {
    const two = [...lines(100, 998, 2), box(100, 176, 700, 34)];
    expect(read(two, box(592, 90, 120, 200))).toEqual(two);
  });

  test("parts neither a line above it nor the words of one", () => {
    const title = [box(300, 20, 280, 34), box(600, 20, 300, 34)];
    expect(read([...title, box(100, 58, 998, 30), ...across], gutter)).toEqual([
      box(300, 20, 600, 34),
      box(100, 58, 998, 30),
      ...columns,
    ]);
  });

  test("parts no words of one column", () => {
    const words = [100, 350, 608, 858].flatMap((left) => lines(left, 240));
    expect(read(words, gutter).map(({ width }) => width)).toEqual(Array.from({ length: 18 }, () => 490));
  });

  test("takes nothing away from what is narrow beside it", () => {
    const narrow = box(500, 100 + 9 * pitchPx, 6, 34);
    expect(read([...across, narrow], gutter)).toContainEqual(narrow);
  });
});

describe("nothing is read twice", () => {
  const letters = box(100, 100, 300, 30);
  const title = box(100, 100, 600, 80);
  const usual = [box(100, 400, 900, 30), box(100, 450, 900, 30)];

  test.each<[string, readonly Box[], readonly Box[]]>([
    ["a mark that comes before its letters is one with them", [box(150, 92, 40, 12), letters], [box(100, 92, 300, 38)]],
    ["a mark stands less than a tenth of their height away", [letters, box(150, 89, 40, 9)], [box(100, 89, 300, 41)]],
    ["what stands farther away is none", [letters, box(150, 88, 40, 9)], [box(150, 88, 40, 9), letters]],
    ["a mark is lower than 0.62 of its letters", [letters, box(150, 90, 40, 18)], [box(100, 90, 300, 40)]],
    ["what is higher is none", [letters, box(150, 90, 40, 19)], [box(150, 90, 40, 19), letters]],
    [
      "a mark stands above or below them with more than 0.8 of its width",
      [letters, box(367, 89, 40, 9)],
      [box(100, 89, 307, 41)],
    ],
    ["what stands more beside them is none", [letters, box(368, 89, 40, 9)], [box(368, 89, 40, 9), letters]],
    ["what stands in a line by more than half of its height is no other", [letters, box(150, 114, 40, 30)], [letters]],
    ["what stands in it by half is one", [letters, box(150, 115, 40, 30)], [letters, box(150, 115, 40, 30)]],
    ["what stands in it by more than half of its width is no other", [letters, box(349, 114, 100, 30)], [letters]],
    [
      "what stands in it by half of its width is one",
      [letters, box(350, 114, 100, 30)],
      [letters, box(350, 114, 100, 30)],
    ],
    ["large print takes in what stands in it in part", [title, box(670, 110, 40, 20)], [box(100, 100, 610, 80)]],
    ["a mark that reaches out of large print is left to it", [title, box(120, 88, 30, 20)], [title]],
    [
      "what is three times as long as high beside large print is print",
      [title, box(120, 88, 60, 20)],
      [box(120, 88, 60, 20), title],
    ],
    ["but not where it stands in it", [title, box(120, 92, 90, 20)], [title]],
  ])("%s", (_, boxes, expected) => {
    expect(pieces(...boxes, ...usual)).toEqual([...expected, ...usual]);
  });
});

describe("a ruling line", () => {
  const line = box(100, 100, 300, 30);
  const parts = (at: number, from: number, to: number) =>
    piecesOf([line], { ...noInk, bands: (part) => [part] }, { horizontal: [], vertical: [{ at, from, to }] }).map(
      ({ width }) => width,
    );

  test.each([
    ["more than 0.3 of its height from its beginning", 110, 0, 500, [10, 290]],
    ["and not nearer to it", 109, 0, 500, [300]],
    ["more than 0.3 of its height from its end", 390, 0, 500, [290, 10]],
    ["and not nearer to its end", 391, 0, 500, [300]],
    ["that begins in its upper 0.3", 200, 108, 500, [100, 200]],
    ["and not one that begins lower", 200, 109, 500, [300]],
    ["that ends in its lower 0.3", 200, 0, 122, [100, 200]],
    ["and not one that ends higher", 200, 0, 121, [300]],
  ])("cuts a line %s", (_, at, from, to, widths) => {
    expect(parts(at, from, to)).toEqual(widths);
  });

  test.each<[string, number, (part: Box) => Box[], Box[], number[]]>([
    ["narrow and without ink is none", 117, () => [], [], [283]],
    ["narrow with ink of its own is one", 117, (part) => [part], [], [17, 283]],
    ["narrow that stands in another box is none", 117, (part) => [part], [box(60, 100, 49, 30)], [283]],
    ["narrow beside another box is one", 117, (part) => [part], [box(60, 100, 48, 30)], [17, 283]],
    ["of 0.6 of its height is one", 118, () => [], [], [18, 282]],
  ])("a part of a line that it has cut off: %s", (_, at, bands, others, widths) => {
    const rules: Rules = { horizontal: [], vertical: [{ at, from: 0, to: 500 }] };
    const found = piecesOf([line, ...others], { ...noInk, bands }, rules).filter(({ left }) => left >= 100);
    expect(found.map(({ width }) => width)).toEqual(widths);
  });

  const words = [box(100, 100, 90, 30), box(200, 100, 80, 30)];
  test.each([
    ["between the middles of both", 146, 114, 116, 2],
    ["between the middles of both, on the right", 239, 114, 116, 2],
    ["and not before the middle of the first", 145, 114, 116, 1],
    ["nor behind that of the second", 240, 114, 116, 1],
    ["nor below them", 195, 115, 500, 1],
    ["nor above them", 195, 0, 115, 1],
  ])("parts two words %s", (_, at, from, to, count) => {
    expect(piecesOf(words, noInk, { horizontal: [], vertical: [{ at, from, to }] })).toHaveLength(count);
  });
});

test.each<[string, readonly Box[], number]>([
  ["nearer than 1.1 times the height of the lower one", [box(100, 100, 90, 30), box(211, 105, 80, 20)], 1],
  ["and not farther from it", [box(100, 100, 90, 30), box(212, 105, 80, 20)], 2],
  ["nor where the first is the lower one", [box(100, 105, 90, 20), box(212, 100, 80, 30)], 2],
  [
    "and not where they are level with a third one only",
    [box(0, 85, 100, 30), box(200, 71, 100, 30), box(310, 97, 90, 30)],
    3,
  ],
])("words of one piece stand %s", (_, boxes, count) => {
  expect(pieces(...boxes)).toHaveLength(count);
});
