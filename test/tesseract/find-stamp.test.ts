import { expect, test } from "bun:test";
import { findStamp } from "../../src/tesseract/layout/find-stamp.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";

const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });
/** Lines of text, and lines of a stamp to their right, none level with another. */
const text = [100, 150, 200, 250].map((top) => box(100, top, 380, 36));
const lines = (count: number, left = 880) =>
  Array.from({ length: count }, (_, at) => box(left, 130 + 33 * at, 170, 26));
const [first = box(0, 0, 0, 0), second = first] = lines(2);
const below = (gap: number, height = 26) => box(880, first.top + first.height + gap, 170, height);

test.each<[string, readonly Box[], readonly Box[]]>([
  ["is two lines and more beside others", [...text, first, second], [first, second]],
  ["is no single line", [...text, first], []],
  ["is none where nothing stands beside it", [first, second], []],
  ["is none where what stands on its left is farther down", [box(100, 400, 380, 36), first, second], []],
  [
    "takes no line below that begins left of the end of one beside it",
    [box(100, 100, 50, 95), box(200, 100, 280, 36), box(200, 150, 280, 36), first, second, box(300, 195, 700, 26)],
    [first, second],
  ],
  [
    "is the one farthest to the right",
    [box(600, 215, 170, 26), box(600, 238, 170, 26), ...text, first, second],
    [first, second],
  ],
  ["has lines that are less than 1.2 heights apart", [...text, first, below(31)], [first, below(31)]],
  ["has none that is farther away", [...text, first, below(32)], []],
  ["has none that is farther away than the lower of two is high", [...text, first, below(32, 60)], []],
  [
    "has none that is farther away than it is high itself",
    [...text, box(880, 100, 170, 60), box(880, 192, 170, 26)],
    [],
  ],
  ["has no line that stands only beside its others", [...text, first, box(1050, 170, 100, 26)], []],
  [
    "takes no line below that begins where those beside it end",
    [...text, first, second, box(480, 195, 500, 26)],
    [first, second],
  ],
  [
    "is as far from what it stands beside as that is high",
    [...text.slice(1), box(100, 100, 744, 36), first, second],
    [first, second],
  ],
  ["is no nearer to it", [...text.slice(1), box(100, 100, 745, 36), first, second], []],
  ["is nothing that one line reaches too near", [...text, box(500, 165, 345, 36), first, second], []],
  [
    "is not cut by where a line ends that stands above it",
    [...text, box(100, 20, 740, 36), first, box(835, 163, 200, 26)],
    [first, box(835, 163, 200, 26)],
  ],
  // Middles at 118 of the text, and 6 or 7 px lower those of lines that are 24 px high.
  [
    "is none where a line is level with one beside it",
    [text[0] ?? first, box(880, 112, 170, 24), box(880, 145, 170, 24)],
    [],
  ],
  [
    "is one where it is not",
    [text[0] ?? first, box(880, 113, 170, 24), box(880, 145, 170, 24)],
    [box(880, 113, 170, 24), box(880, 145, 170, 24)],
  ],
  [
    "is one of larger print that is not level",
    [box(100, 100, 380, 24), box(880, 89, 170, 60), box(880, 160, 170, 24)],
    [box(880, 89, 170, 60), box(880, 160, 170, 24)],
  ],
])("a stamp %s", (_, pieces, stamp) => {
  expect(new Set(findStamp(pieces))).toEqual(new Set(stamp));
});

test.each([
  [2, true],
  [3, false],
])("of four lines beside others two may be level with them by chance: %p", (count, isStamp) => {
  const stamp = lines(4);
  const beside = stamp.map(({ top }, at) => box(100, top + (at < count ? -2 : 13), 380, 26));
  expect(findStamp([...beside, ...stamp]) !== undefined).toBe(isStamp);
});
