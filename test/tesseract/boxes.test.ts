import { expect, test } from "bun:test";
import { median, rowsOf } from "../../src/tesseract/layout/boxes.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";

const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });
const title = box(0, 100, 200, 40);
const line = (left: number, middle: number, width = 100) => box(left, middle - 15, width, 30);

test.each<[string, readonly Box[], readonly (readonly number[])[]]>([
  ["whose middles are nearer than half of the lower one's height", [title, box(300, 119, 90, 16)], [[0, 1]]],
  ["and not those as far from each other as that", [title, box(300, 120, 90, 16)], [[0], [1]]],
  ["also of which the lower one is higher up", [title, box(300, 105, 90, 16)], [[0, 1]]],
  ["and not those that are as far from each other", [title, box(300, 104, 90, 16)], [[1], [0]]],
  ["from one to the next of them, as on a page askew", [line(0, 100), line(110, 110), line(220, 120)], [[0, 1, 2]]],
  ["that touch", [line(0, 100), line(100, 100)], [[0, 1]]],
  ["and not what stands in part above the only other one", [line(0, 100), line(90, 105)], [[0], [1]]],
  [
    "that overlap by three tenths of the shorter one, where a third one stands beside them",
    [line(0, 100), line(200, 100), line(70, 101)],
    [[0, 2, 1]],
  ],
  ["and not those that do by more", [line(0, 100), line(200, 100), line(69, 101)], [[0, 1], [2]]],
  ["however long the other is", [line(0, 100, 300), line(400, 100), line(269, 101)], [[0, 1], [2]]],
  ["however long itself is", [line(0, 100), line(400, 100), line(69, 101, 300)], [[0, 1], [2]]],
])("a row is what stands beside each other %s", (_, boxes, rows) => {
  expect(rowsOf(boxes).map((row) => row.map((one) => boxes.indexOf(one)))).toEqual(rows.map((row) => [...row]));
});

test.each([
  [[9, 1, 5], 5],
  [[4, 3, 2, 1], 3],
  [[], 0],
])("the median of %p is the upper one of the two in the middle", (values, expected) => {
  expect(median(values)).toBe(expected);
});
