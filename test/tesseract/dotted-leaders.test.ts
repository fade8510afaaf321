import { describe, expect, test } from "bun:test";
import { findLeaders, unseenBehind, withoutLeaders } from "../../src/tesseract/layout/dotted-leaders.ts";
import { countUnread } from "../../src/tesseract/lines/unread-places.ts";
import { smallDots } from "../../src/tesseract/picture/small-dots.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

const [width, height] = [600, 200];
/** Letters 20 high on the base line of the dots, which end at 103. */
const letters: readonly Rectangle[] = [
  [20, 84, 12, 19],
  [36, 84, 12, 19],
];
const dotsFrom = (left: number, count: number, pitch = 8, side = 3, bottom = 103): Rectangle[] =>
  Array.from({ length: count }, (_, at): Rectangle => [left + at * pitch, bottom - side, side, side]);
const leadersIn = (...ink: readonly Rectangle[]) => findLeaders(drawing(width, height, ink), 128);

describe("a row of dots is a leader", () => {
  test.each<[string, readonly Rectangle[], number]>([
    ["behind print, from eight dots on", [...letters, ...dotsFrom(56, 8)], 1],
    ["and not with fewer", [...letters, ...dotsFrom(56, 7)], 0],
    ["before print", [...dotsFrom(56, 20), [224, 84, 12, 19]], 1],
    ["and not without print beside it, as the rules of a table", dotsFrom(56, 20), 0],
    ["and not where the print beside it is no higher than dots", [[40, 97, 12, 6], ...dotsFrom(56, 20)], 0],
    ["and not where the print beside it is a picture", [[20, 40, 30, 63], ...dotsFrom(56, 20)], 0],
    ["and not where the print stands higher", [[20, 70, 30, 20], ...dotsFrom(56, 20)], 0],
    ["with blanks between the dots", [...letters, ...dotsFrom(56, 20, 20)], 1],
    ["and not with dots farther apart", [...letters, ...dotsFrom(56, 20, 25)], 0],
    ["with a few dots lost", [...letters, ...dotsFrom(56, 30).filter((_, at) => at % 8 !== 5)], 1],
    ["and not with half of them lost", [...letters, ...dotsFrom(56, 60).filter((_, at) => at % 8 < 4)], 0],
    [
      "and not at uneven distances",
      [...letters, ...dotsFrom(56, 20).map(([x, ...rest], at): Rectangle => [x + (at % 2) * 4, ...rest])],
      0,
    ],
    ["and not of large dots", [...letters, ...dotsFrom(56, 20, 20, 10)], 0],
    ["and not of dashes", [...letters, ...dotsFrom(56, 20).map(([x, y]): Rectangle => [x, y, 7, 3])], 0],
    [
      "and not with other rows below it, as a halftone has",
      [...letters, ...dotsFrom(56, 20), ...dotsFrom(56, 20, 8, 3, 107)],
      0,
    ],
    ["and not with print above it", [...letters, ...dotsFrom(56, 20), [56, 92, 160, 6]], 0],
    [
      "and not with letters between the dots, as abbreviations have",
      [...letters, ...dotsFrom(56, 20, 20), ...dotsFrom(62, 19, 20).map(([x]): Rectangle => [x, 92, 8, 11])],
      0,
    ],
    ["twice in a line of a form", [...letters, ...dotsFrom(56, 20), [224, 84, 12, 19], ...dotsFrom(250, 20)], 2],
  ])("%s", (_, ink, count) => {
    expect(leadersIn(...ink)).toHaveLength(count);
  });

  test("as high as the letters beside it", () => {
    const [leader] = leadersIn(...letters, ...dotsFrom(56, 20));
    expect(leader).toMatchObject({ left: 56, top: 84, width: 155, height: 19 });
    expect(leader?.dots).toEqual({ left: 56, top: 100, width: 155, height: 3 });
  });

  test("without the point of an abbreviation or a number before it", () => {
    const point: Rectangle = [40, 100, 3, 3];
    expect(leadersIn([20, 84, 12, 19], point, ...dotsFrom(56, 20))).toMatchObject([{ left: 56 }]);
    const decimal: readonly Rectangle[] = [
      [20, 84, 12, 19],
      [34, 100, 3, 3],
      [40, 84, 12, 19],
    ];
    expect(leadersIn(...decimal, ...dotsFrom(58, 20))).toMatchObject([{ left: 58 }]);
  });
});

test("a page with more than 10 000 dots has no leaders, but specks", () => {
  const specks = (count: number) =>
    Array.from({ length: count }, (_, at): Rectangle => [10 + 5 * (at % 110), 300 + 17 * Math.floor(at / 110), 2, 2]);
  const leaders = (count: number) =>
    findLeaders(drawing(width, 2000, [...letters, ...dotsFrom(56, 20), ...specks(count)]), 128);
  expect(leaders(9980)).not.toHaveLength(0);
  expect(leaders(9981)).toHaveLength(0);
});

test("print behind a leader is found where nothing else saw it", () => {
  const digit: Rectangle = [225, 84, 3, 19];
  const leaders = leadersIn(...letters, ...dotsFrom(56, 20), digit);
  expect(unseenBehind(leaders, [])).toEqual([{ left: 225, top: 84, width: 3, height: 19 }]);
  expect(unseenBehind(leaders, [{ left: 220, top: 80, width: 20, height: 30 }])).toEqual([]);
  expect(unseenBehind(leaders, [{ left: 220, top: 120, width: 20, height: 30 }])).toHaveLength(1);
  expect(unseenBehind(leadersIn(...letters, ...dotsFrom(56, 20)), [])).toEqual([]);
});

test("print behind a leader in which no word was read is a place that was not read", () => {
  const behind = { left: 225, top: 84, width: 3, height: 19 };
  const word = { left: 224, top: 90, width: 5, height: 12 };
  expect(countUnread([], [], [behind], [], 30)).toBe(1);
  expect(countUnread([], [], [behind], [{ ...word, left: 20 }], 30)).toBe(1);
  expect(countUnread([], [], [behind], [word], 30)).toBe(0);
});

test("a page loses its leaders and nothing else", () => {
  const points: Rectangle[] = [[300, 100, 3, 3]];
  const page = drawing(width, height, [...letters, ...dotsFrom(56, 20), ...points]);
  const without = withoutLeaders(page, findLeaders(page, 128));
  expect(without).toEqual(drawing(width, height, [...letters, ...points]));
  expect(withoutLeaders(page, [])).toBe(page);
});

describe("a small dot", () => {
  test("is found once, whatever its upper edge", () => {
    const ring: Rectangle[] = [
      [50, 50, 1, 1],
      [52, 50, 1, 1],
      [50, 51, 3, 2],
    ];
    expect(smallDots(drawing(100, 100, ring), 128)).toEqual([{ left: 50, top: 50, width: 3, height: 3 }]);
  });

  test.each<[string, Rectangle[], number]>([
    [
      "is 2 to 9 pixels wide and high",
      [
        [10, 10, 2, 2],
        [30, 10, 9, 9],
      ],
      2,
    ],
    [
      "and no less or more",
      [
        [10, 10, 1, 1],
        [30, 10, 10, 10],
      ],
      0,
    ],
    [
      "is filled",
      [
        [10, 10, 6, 1],
        [10, 11, 1, 5],
        [15, 11, 1, 5],
        [10, 15, 6, 1],
      ],
      0,
    ],
    ["and no stroke", [[10, 10, 7, 3]], 0],
    [
      "and no end of a letter",
      [
        [10, 10, 4, 4],
        [12, 14, 30, 4],
      ],
      0,
    ],
    [
      "and not at the edge of the page",
      [
        [0, 10, 4, 4],
        [96, 30, 4, 4],
        [50, 96, 4, 4],
      ],
      0,
    ],
  ])("%s", (_, ink, count) => {
    expect(smallDots(drawing(100, 100, ink), 128)).toHaveLength(count);
  });
});
