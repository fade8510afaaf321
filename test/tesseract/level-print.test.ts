import { expect, test } from "bun:test";
import { darkThreshold } from "../../src/tesseract/picture/dark-threshold.ts";
import { rotate } from "../../src/tesseract/picture/deskew.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { levelPrint } from "../../src/tesseract/picture/level-print.ts";
import { shaded } from "../support/painted.ts";

const [width, height] = [1200, 1000];
const [barLeft, barTop, barWidth, barHeight] = [150, 140, 900, 50];

/** Lines of strokes as letters have them, and above them a dark bar with white ones. */
function page(): GreyImage {
  const data = new Uint8Array(width * height).fill(250);
  const fill = (left: number, top: number, columns: number, rows: number, level: number) => {
    for (let y = top; y < top + rows; y++) data.fill(level, y * width + left, y * width + left + columns);
  };
  fill(barLeft, barTop, barWidth, barHeight, 110);
  for (let x = 200; x < 1000; x += 24) {
    fill(x, barTop + 14, 4, 22, 255);
    for (let y = 300; y < 900; y += 50) fill(x, y, 4, 22, 20);
  }
  return { width, height, data };
}

test.each([0, 1.7, -8])("a dark bar on a sheet at %p degrees becomes paper with dark print", (degrees) => {
  const { image, skewDegrees } = levelPrint(rotate(page(), -degrees));
  expect(skewDegrees).toBeCloseTo(degrees, 0);
  const middle = image.data.subarray((barTop + 25) * width + 300, (barTop + 25) * width + 900);
  const threshold = darkThreshold(image);
  // Of 25 strokes; or all of the bar, were it left as it is.
  expect(middle.filter((level) => level < threshold).length).toBeWithin(90, 110);
});

test.each([
  { degrees: 8, strokePx: 4, enlarged: 1 },
  { degrees: -8, strokePx: 4, enlarged: 1 },
  { degrees: 8, strokePx: 2, enlarged: 2 },
])("nothing is lost from the corners of a sheet at $degrees degrees, enlarged $enlarged times", (given) => {
  const slope = Math.tan((given.degrees * Math.PI) / 180);
  const pitch = 15 * given.strokePx;
  const isInk = (x: number, y: number) =>
    x >= 10 &&
    y >= 10 &&
    x < 890 &&
    y < 1190 &&
    x % (4 * given.strokePx) < given.strokePx &&
    (((y - x * slope) % pitch) + pitch) % pitch < 4 * given.strokePx;
  const sheet = shaded(900, 1200, (x, y) => (isInk(x, y) ? 20 : 250));
  const inkOf = ({ data }: GreyImage) => data.reduce((ink, level) => ink + Math.max(0, 250 - level), 0);
  const { image, skewDegrees } = levelPrint(sheet);
  expect(skewDegrees).toBeCloseTo(given.degrees, 0);
  expect(inkOf(image) / given.enlarged ** 2 / inkOf(sheet)).toBeWithin(0.98, 1.02);
});

test.each([
  [16, 20_000],
  [24, 30_000],
])("a picture of %p × %p that would be far larger when it is level is left as it lies", (width, height) => {
  const slope = Math.tan((12 * Math.PI) / 180);
  const lines = shaded(width, height, (x, y) => ((((y - x * slope) % 24) + 24) % 24 < 8 && x % 6 < 3 ? 20 : 250));
  const { sheet, skewDegrees } = levelPrint(lines);
  expect(skewDegrees).toBe(0);
  expect([sheet.width, sheet.height]).toEqual([width, height]);
});
