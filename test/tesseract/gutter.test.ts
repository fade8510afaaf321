import { describe, expect, test } from "bun:test";
import { findGutter, proseOnBothSides } from "../../src/tesseract/layout/gutter.ts";
import { pairedRows } from "../../src/tesseract/layout/paired-rows.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";

const heightPx = 30;
const line = (left: number, top: number, width: number): Box => ({ left, top, width, height: heightPx });
/** Lines of 280 px that begin here, at these heights. */
const lines = (left: number, ...tops: readonly number[]) => tops.map((top) => line(left, top, 280));
const withWidths = (left: number, ...widths: readonly number[]) =>
  widths.map((width, at) => line(left, 40 * at, width));

describe("prose on both sides of a place", () => {
  const right = (count: number) => lines(320, ...Array.from({ length: count }, (_, at) => 40 * at));

  test.each<[string, readonly Box[], number]>([
    ["is counted up to the place itself", [...lines(20, 0, 40, 80), ...lines(300, 0, 40, 80)], 3],
    [
      "is as many lines as the side with fewer has, here the left",
      [...lines(0, 0, 40, 160), ...lines(320, 0, 40, 80, 160), line(0, 120, 600)],
      3,
    ],
    [
      "is as many lines as the side with fewer has, here the right",
      [...lines(0, 0, 40, 80, 160), ...lines(320, 0, 40, 160), line(0, 120, 600)],
      3,
    ],
    [
      "is what stands beside the other side",
      [...withWidths(0, 90, 90, 90), ...lines(0, 120, 160, 200, 240), ...right(3)],
      0,
    ],
    ["stands beside it with more than half of its height", [...lines(0, 0, 40, 94), ...right(3)], 3],
    ["does not stand beside it with half", [...lines(0, 0, 40, 95), ...right(3)], 2],
    ["is as long as 0.55 of most lines", [...withWidths(-100, 221, 221, 400), ...right(3)], 3],
    ["is no shorter", [...withWidths(-100, 400, 219, 219), ...right(3)], 0],
    ["is seven times as long as high", [...withWidths(0, 210, 210, 210), ...right(3)], 3],
    ["is no shorter for its height", [...withWidths(0, 209, 209, 209), ...right(3)], 0],
    ["is two lines of five", [...withWidths(0, 280, 280, 90, 90, 90), ...right(5)], 2],
    ["is not two lines of six", [...withWidths(0, 280, 280, 90, 90, 90, 90), ...right(6)], 0],
    [
      "has no short piece beside it in its line",
      [...right(3), ...withWidths(620, 90, 90, 90), ...lines(0, 0, 40, 80)],
      0,
    ],
  ])("%s", (_, pieces, count) => {
    expect(proseOnBothSides(pieces, 300)).toBe(count);
  });
});

describe("a gutter", () => {
  const column = (left: number, count: number) => lines(left, ...Array.from({ length: count }, (_, at) => 40 * at));

  test.each<[string, readonly Box[], number | undefined]>([
    ["lies in the middle of its gap", [...column(0, 3), ...column(320, 3)], 300],
    ["is none beside two lines", [...column(0, 2), ...column(320, 2)], undefined],
    ["is 0.3 of a line's height wide", [...column(0, 3), ...column(289, 3)], 284.5],
    ["is no narrower", [...column(0, 3), ...column(288, 3)], undefined],
    [
      "has lines that begin nearer to each other than 0.8 of their height",
      [...column(0, 3), ...column(320, 2), line(343, 80, 280)],
      300,
    ],
    [
      "has none where they begin farther from each other",
      [...column(0, 3), ...column(320, 2), line(344, 80, 280)],
      undefined,
    ],
    ["is the one that parts most lines of three columns", [...column(0, 6), ...column(320, 6), ...column(640, 5)], 300],
  ])("%s", (_, pieces, x) => {
    expect(findGutter(pieces)).toBe(x);
  });
});

describe("the rows of two columns of cells", () => {
  const cells = (...tops: readonly number[]) => lines(0, ...tops);

  test.each<[string, readonly Box[], readonly Box[], number[] | undefined]>([
    ["begin where the higher of both cells begins", cells(100, 200, 300), cells(103, 197, 300), [100, 197, 300]],
    ["are three at least", cells(100, 200), cells(100, 200), undefined],
    ["are cells that stand apart", cells(0, 49, 98), cells(0, 49, 98), [0, 49, 98]],
    ["and not lines 1.6 heights apart, which may be prose", cells(0, 48, 96), cells(0, 48, 96), undefined],
    ["pair four of five on the left", cells(0, 100, 200, 300, 400), cells(0, 100, 200, 300), [0, 100, 200, 300]],
    ["pair four of five on the right", cells(0, 100, 200, 300), cells(0, 100, 200, 300, 400), [0, 100, 200, 300]],
    ["and not four of six on the left", cells(0, 100, 200, 300, 400, 500), cells(0, 100, 200, 300), undefined],
    ["and not four of six on the right", cells(0, 100, 200, 300), cells(0, 100, 200, 300, 400, 500), undefined],
    [
      "begin behind more than 1.5 times the step of wrapped lines",
      cells(0, 36, 91, 127, 182, 218),
      cells(0, 36, 91, 127, 182, 218),
      [0, 91, 182],
    ],
    ["and not behind less", cells(0, 36, 90, 126, 180, 216), cells(0, 36, 90, 126, 180, 216), undefined],
  ])("%s", (_, left, right, tops) => {
    expect(pairedRows(left, right)).toEqual(tops);
  });
});
