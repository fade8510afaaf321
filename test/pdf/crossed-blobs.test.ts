import { describe, expect, test } from "bun:test";
import { crossedBlobs, type Rectangle } from "../../src/pdf/tiles/crossed-blobs.ts";
import { cell } from "../../src/pdf/tiles/drawn-cells.ts";

describe("lines of text that a cut crosses", () => {
  /** Cells of forty by forty with letters in these places; the ends are beyond them. */
  function blobsOf(
    letters: readonly Rectangle[],
    start: [x: number, y: number][],
    within = all,
    kind: number = cell.letter,
  ) {
    const kindAt = (x: number, y: number) =>
      letters.some(({ left, top, right, bottom }) => x >= left && x < right && y >= top && y < bottom)
        ? kind
        : cell.blank;
    const found = crossedBlobs(
      { width: 40, kindAt },
      start.map(([x, y]) => ({ x, y })),
      within,
    );
    return found.map(({ left, top, right, bottom }) => [left, top, right, bottom]);
  }
  const area = (left: number, top: number, right: number, bottom: number): Rectangle => ({ left, top, right, bottom });
  const all = area(0, 0, 40, 40);
  const word = area(10, 10, 20, 15);
  const rows = [area(10, 10, 20, 14), area(10, 20, 20, 24)];
  const columns = [area(10, 10, 14, 20), area(20, 10, 24, 20)];

  test.each<[string, number[][], number[][]]>([
    ["reach two cells beyond their letters", blobsOf([word], [[10, 10]]), [[8, 8, 22, 17]]],
    ["are found from each of their cells", blobsOf([word], [[19, 14]]), [[8, 8, 22, 17]]],
    [
      "are found once",
      blobsOf(
        [word],
        [
          [10, 10],
          [15, 12],
          [19, 14],
        ],
      ),
      [[8, 8, 22, 17]],
    ],
    ["hold the gaps between their words", blobsOf([word], [[10, 10]], all, cell.betweenWords), [[8, 8, 22, 17]]],
    ["hold no figures", blobsOf([word], [[10, 10]], all, cell.figure), []],
    ["are four cells high", blobsOf([area(10, 10, 20, 14)], [[10, 10]]), [[8, 8, 22, 16]]],
    ["are no lower, as strokes of a line are", blobsOf([area(10, 10, 20, 13)], [[10, 10]]), []],
    ["are no narrower", blobsOf([area(10, 10, 13, 20)], [[10, 10]]), []],
    [
      "are connected by their sides",
      blobsOf(
        [word, area(20, 15, 25, 20)],
        [
          [10, 10],
          [20, 15],
        ],
      ),
      [
        [8, 8, 22, 17],
        [18, 13, 27, 22],
      ],
    ],
    ["end where they are looked for", blobsOf([word], [[12, 12]], area(11, 11, 19, 15)), [[11, 11, 19, 15]]],
    [
      "are not connected left of that",
      blobsOf([...rows, area(2, 10, 10, 24)], [[15, 12]], area(10, 0, 40, 40)),
      [[10, 8, 22, 16]],
    ],
    [
      "are not connected right of that",
      blobsOf([...rows, area(20, 10, 28, 24)], [[15, 12]], area(0, 0, 20, 40)),
      [[8, 8, 20, 16]],
    ],
    [
      "are not connected above that",
      blobsOf([...columns, area(10, 2, 24, 10)], [[12, 15]], area(0, 10, 40, 40)),
      [[8, 10, 16, 22]],
    ],
    [
      "are not connected below that",
      blobsOf([...columns, area(10, 20, 24, 28)], [[12, 15]], area(0, 0, 40, 20)),
      [[8, 8, 16, 20]],
    ],
    [
      "reach to the ends of all their arms",
      blobsOf([area(10, 10, 14, 30), area(10, 10, 30, 14)], [[10, 10]]),
      [[8, 8, 32, 32]],
    ],
    ["end at the edges", blobsOf([area(0, 0, 40, 40)], [[5, 5]]), [[0, 0, 40, 40]]],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});
