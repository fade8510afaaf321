import { describe, expect, test } from "bun:test";
import { findSheet } from "../../src/tesseract/picture/find-sheet.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { type Corners, distance, type Point, projection, straighten } from "../../src/tesseract/picture/perspective.ts";
import { shaded } from "../support/painted.ts";
import { drawing } from "../support/thai-page.ts";

const width = 600;
const height = 800;
const at = (x: number, y: number): Point => ({ x, y });

const askew: Corners = {
  topLeft: at(90, 60),
  topRight: at(530, 90),
  bottomRight: at(570, 740),
  bottomLeft: at(40, 700),
};

/** A picture of so dark a table, with a shape on it in the level of paper. */
function photograph(isPaper: (x: number, y: number) => boolean, table = 70, paper = 220): GreyImage {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = isPaper(x + 0.5, y + 0.5) ? paper : table;
  }
  return { width, height, data };
}

const within =
  ({ topLeft, topRight, bottomRight, bottomLeft }: Corners) =>
  (x: number, y: number): boolean =>
    [topLeft, topRight, bottomRight, bottomLeft].every((from, side, around) => {
      const to = around[(side + 1) % 4] ?? from;
      return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x) >= 0;
    });

/** Dark bars as lines of text have them. */
function withPrint({ data, ...size }: GreyImage, level: number, left: number, right: number): GreyImage {
  const printed = data.slice();
  for (let top = 20; top < size.height - 20; top += 24) {
    for (let y = top; y < top + 8; y++) {
      for (let x = left; x < right; x++) if (x % 6 < 3) printed[y * size.width + x] = level;
    }
  }
  return { ...size, data: printed };
}

describe("a sheet on a table", () => {
  test.each<[string, GreyImage]>([
    ["seen askew", photograph(within(askew))],
    ["with print on it", withPrint(photograph(within(askew)), 40, 150, 480)],
    ["of a grey that is not much darker", photograph(within(askew), 140, 215)],
    ["with fine rules across it", photograph((x, y) => within(askew)(x, y) && Math.floor(y) % 3 !== 0)],
    ["with fine rules down it", photograph((x, y) => within(askew)(x, y) && Math.floor(x) % 3 !== 0)],
    ["before something light", photograph((x, y) => within(askew)(x, y) || (x > 580 && y > 780))],
    ["behind something light", photograph((x, y) => within(askew)(x, y) || (x < 20 && y < 20))],
  ])("%s is found by its corners", (_, picture) => {
    const found = findSheet(picture);
    for (const name of ["topLeft", "topRight", "bottomRight", "bottomLeft"] as const) {
      expect(distance(found?.[name] ?? at(0, 0), askew[name])).toBeLessThan(2);
    }
  });

  const level = { topLeft: at(0, 0), topRight: at(width, 0), bottomRight: at(width, 640), bottomLeft: at(0, 640) };
  test.each<[string, GreyImage]>([
    ["there is only paper", photograph(() => true)],
    [
      "there is only print on paper",
      withPrint(
        photograph(() => true),
        40,
        60,
        540,
      ),
    ],
    [
      "the sheet goes on beyond the picture",
      photograph(within({ ...askew, topLeft: at(-80, 60), bottomLeft: at(-90, 700) })),
    ],
    ["the light part is the upper half of a page", photograph(within(level))],
    ["the light part is round", photograph((x, y) => Math.hypot(x - 300, (y - 400) * 0.75) < 280)],
    ["the light part is small", photograph((x, y) => x > 200 && x < 400 && y > 300 && y < 500)],
    ["there is light print beside it, which would be lost", withPrint(photograph(within(askew)), 220, 2, 60)],
    ["paper and table can hardly be told apart", photograph(within(askew), 200, 220)],
    ["there is a triangle", photograph((x, y) => y > 60 && y < 740 && Math.abs(x - 300) < (y - 60) * 0.4)],
    ["it leaves too little beside it", photograph((x, y) => x > 6 && x < 594 && y > 6 && y < 794)],
    [
      "there is what no sheet seen askew is",
      photograph(
        within({ topLeft: at(250, 60), topRight: at(350, 60), bottomRight: at(560, 740), bottomLeft: at(40, 740) }),
      ),
    ],
    ["a part of it is missing", photograph((x, y) => within(askew)(x, y) && !(x > 200 && y > 330 && y < 440))],
    ["the picture is very small", drawing(5, 3, [[0, 0, 2, 2]])],
    ["there is nothing", drawing(600, 800, [])],
  ])("is left alone where %s", (_, picture) => {
    expect(findSheet(picture)).toBeUndefined();
  });
});

const placeIn = (corners: Corners) => {
  const { x, y } = projection(corners);
  return (u: number, v: number): Point => ({ x: x(u, v), y: y(u, v) });
};

describe("a sheet that is straightened", () => {
  test("has its corners where they are in the picture", () => {
    const toPicture = placeIn(askew);
    const corners = [toPicture(0, 0), toPicture(1, 0), toPicture(1, 1), toPicture(0, 1)];
    const { topLeft, topRight, bottomRight, bottomLeft } = askew;
    corners.forEach((corner, index) => {
      expect(distance(corner, [topLeft, topRight, bottomRight, bottomLeft][index] ?? corner)).toBeLessThan(1e-9);
    });
  });

  test("is as large as it was, and all paper but for its print", () => {
    const straight = straighten(photograph(within(askew)), askew);
    expect([straight.width, straight.height]).toEqual([532, 651]);
    const table = straight.data.reduce((count, pixel) => count + (pixel < 200 ? 1 : 0), 0);
    expect(table / straight.data.length).toBeLessThan(0.002);
  });

  test("has straight and level what was so on the sheet", () => {
    // A line across the sheet at 40 % of its height.
    const toPicture = placeIn(askew);
    const [from, to] = [toPicture(0, 0.4), toPicture(1, 0.4)];
    const isLine = (x: number, y: number) =>
      Math.abs(from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y) - y) < 2;
    const picture = photograph((x, y) => within(askew)(x, y) && !isLine(x, y));
    const straight = straighten(picture, askew);
    const rows = Array.from({ length: straight.width - 20 }, (_, step) => {
      const column = Array.from(
        { length: straight.height },
        (_, y) => straight.data[y * straight.width + step + 10] ?? 255,
      );
      return column.indexOf(Math.min(...column));
    });
    expect(Math.max(...rows) - Math.min(...rows)).toBeLessThanOrEqual(3);
    expect(Math.abs((rows[0] ?? 0) / straight.height - 0.4)).toBeLessThan(0.01);
  });
});

describe("a picture that is straightened", () => {
  const image = shaded(120, 100, (x, y) => 20 + x + y);
  const level: Corners = { topLeft: at(10, 20), topRight: at(90, 20), bottomRight: at(90, 80), bottomLeft: at(10, 80) };

  test("shows what stands between the corners, but for a little at the sides", () => {
    const straight = straighten(image, level);
    expect([straight.width, straight.height]).toEqual([80, 60]);
    const inset = 0.004;
    for (const [x, y] of [
      [0, 0],
      [79, 0],
      [0, 59],
      [79, 59],
      [40, 30],
    ] as const) {
      const fromX = 10 + 80 * (inset + ((x + 0.5) / 80) * (1 - 2 * inset)) - 0.5;
      const fromY = 20 + 60 * (inset + ((y + 0.5) / 60) * (1 - 2 * inset)) - 0.5;
      expect(Math.abs((straight.data[y * 80 + x] ?? 0) - (20 + fromX + fromY))).toBeLessThanOrEqual(1);
    }
  });

  test.each<[string, Corners, [number, number]]>([
    ["upper and the left", { ...level, bottomRight: at(80, 75) }, [80, 60]],
    ["lower and the right", { ...level, topLeft: at(15, 25) }, [80, 60]],
  ])("is as large as its longer sides, the %s", (_, corners, expected) => {
    const { width, height } = straighten(image, corners);
    expect([width, height]).toEqual(expected);
  });

  test("is white where its corners lie outside of the picture", () => {
    const outside: Corners = {
      topLeft: at(-20, -20),
      topRight: at(140, -20),
      bottomRight: at(140, 120),
      bottomLeft: at(-20, 120),
    };
    const { data } = straighten(image, outside);
    const levelAt = (x: number, y: number) => data[(y + 20) * 160 + x + 20];
    expect([levelAt(-2, 50), levelAt(121, 50), levelAt(60, -2), levelAt(60, 101)]).toEqual([255, 255, 255, 255]);
    expect(levelAt(60, 50)).toBeWithin(128, 133);
  });
});
