import { expect, test } from "bun:test";
import { whiteLanes } from "../../src/tesseract/layout/white-lanes.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

const [width, height, threshold, usualPx] = [200, 240, 128, 10] as const;

/** The lanes between boxes of ink that are not those along the edges of the page. */
function lanesBetween(ink: readonly Box[]): Box[] {
  const data = new Uint8Array(width * height).fill(255);
  for (const box of ink) {
    for (let y = box.top; y < box.top + box.height; y++)
      data.fill(0, y * width + box.left, y * width + box.left + box.width);
  }
  return whiteLanes({ width, height, data }, threshold, usualPx).filter(
    (lane) => lane.left > 0 && lane.left + lane.width < width,
  );
}

const box = (left: number, top: number, wide: number, high: number): Box => ({ left, top, width: wide, height: high });
const frame = [box(0, 0, width, 40), box(0, 200, width, 40)];
const columns = (left: number, right: number) => [box(0, 40, left, 160), box(right, 40, width - right, 160)];

test.each([
  ["a wide one, and a pixel of what stands beside it", [...frame, ...columns(90, 120)], [box(89, 40, 32, 160)]],
  ["one as wide as seven tenths of a line's height", [...frame, ...columns(96, 104)], [box(95, 40, 10, 160)]],
  ["one as wide as four tenths of it", [...frame, ...columns(98, 102)], [box(97, 40, 6, 160)]],
  ["none that is narrower", [...frame, ...columns(98, 99)], []],
  ["one with a speck in it", [...frame, ...columns(98, 102), box(99, 100, 1, 1)], [box(98, 40, 4, 160)]],
  [
    "its parts above and below a line across",
    [...frame, ...columns(98, 102), box(0, 100, width, 20)],
    [box(97, 120, 6, 80), box(97, 40, 6, 60)],
  ],
  [
    "none that is lower than three lines",
    [box(0, 0, width, 40), box(0, 69, width, 171), box(0, 40, 98, 29), box(102, 40, 98, 29)],
    [],
  ],
  [
    "one as high as three lines",
    [box(0, 0, width, 40), box(0, 70, width, 170), box(0, 40, 98, 30), box(102, 40, 98, 30)],
    [box(97, 40, 6, 30)],
  ],
  [
    "those beside each other between three columns",
    [...frame, box(0, 40, 60, 160), box(80, 40, 40, 160), box(140, 40, 60, 160)],
    [box(59, 40, 22, 160), box(119, 40, 22, 160)],
  ],
  [
    "one that reaches the lower edge of the page",
    [box(0, 0, width, 40), box(0, 40, 90, 200), box(120, 40, 80, 200)],
    [box(89, 40, 32, 200)],
  ],
  ["none on a white page", [], []],
])("of the lanes without ink it tells %s", (_, ink, lanes) => {
  const told = lanesBetween(ink);
  for (const lane of lanes) expect(told).toContainEqual(lane);
  if (lanes.length === 0) expect(told).toEqual([]);
});

test("a margin is a lane up to the edge of the page", () => {
  const page = drawing(width, height, [[0, 0, 150, height]]);
  expect(whiteLanes(page, threshold, usualPx)).toContainEqual(box(149, 0, 51, height));
});

test("lanes are three pixels wide and high at least, and sixty of each of three widths at most", () => {
  const columns = Array.from({ length: 70 }, (_, at): Rectangle => [8 * at, 0, 3, 20]);
  const lanes = whiteLanes(drawing(560, 20, columns), threshold, 5);
  expect(lanes).toHaveLength(180);
  const flat = whiteLanes(drawing(9, 3, []), threshold, 0);
  expect(flat).toEqual([box(0, 0, 9, 3), box(0, 0, 9, 3), box(0, 0, 9, 3)]);
  expect(whiteLanes(drawing(2, 9, []), threshold, 0)).toEqual([]);
  expect(whiteLanes(drawing(9, 2, []), threshold, 0)).toEqual([]);
});
