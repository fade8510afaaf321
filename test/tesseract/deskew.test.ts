import { describe, expect, test } from "bun:test";
import { rotate, sizeWithInk, skewDegrees } from "../../src/tesseract/picture/deskew.ts";
import { painted, shaded } from "../support/painted.ts";

const isNear = (level: number | undefined, expected: number) => Math.abs((level ?? -99) - expected) <= 1;

describe("a picture that is turned", () => {
  test.each([90, 30, -20])("lies about its middle as it lay, counter-clockwise: %p°", (degrees) => {
    const [width, height] = [41, 31];
    const levelAt = (x: number, y: number) => 60 + 2 * x + 3 * y;
    const turned = rotate(shaded(width, height, levelAt), degrees);
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    // What stands to the right of the middle stands above it after a quarter turn.
    const wrong = [-8, 0, 5, 9].flatMap((x) =>
      [-7, 0, 3, 8].filter((y) => {
        const [toX, toY] = [Math.round(20 + x * cos + y * sin), Math.round(15 - x * sin + y * cos)];
        const [fromX, fromY] = [(toX - 20) * cos - (toY - 15) * sin, (toX - 20) * sin + (toY - 15) * cos];
        return !isNear(turned.data[toY * width + toX], levelAt(20 + fromX, 15 + fromY));
      }),
    );
    expect(wrong).toEqual([]);
  });

  test.each([
    [60, 20, 45],
    [60, 20, -45],
    [20, 60, 45],
    [20, 60, -45],
  ])("is white where nothing lay, and as large as it was: %p × %p by %p°", (width, height, degrees) => {
    const turned = rotate(painted(width, height, 0), degrees);
    expect([turned.width, turned.height, turned.data.length]).toEqual([width, height, width * height]);
    const corners = [0, width - 1, (height - 1) * width, width * height - 1];
    expect(corners.map((at) => turned.data[at])).toEqual([255, 255, 255, 255]);
    expect(turned.data[(height / 2) * width + width / 2]).toBe(0);
  });
});

describe("the canvas of a picture that is turned", () => {
  const width = 201;
  const height = 101;
  const dot = (x: number, y: number, level = 0) => painted(width, height, 255, [[x, y, 1, 1, level]]);

  test("is as large as the picture where all ink stays on it", () => {
    expect(sizeWithInk(dot(150, 80), 128, 10)).toEqual({ width, height });
    expect(sizeWithInk(dot(0, 0, 128), 128, -10)).toEqual({ width, height });
  });

  test.each([
    [0, 0, -10],
    [200, 0, 10],
    [0, 100, 10],
    [200, 100, -10],
    [200, 0, -10],
  ])("has room for ink at %p, %p that is turned by %p°, with white around it", (x, y, degrees) => {
    const spot = painted(width, height, 255, [[Math.min(x, width - 4), Math.min(y, height - 4), 4, 4, 0]]);
    const size = sizeWithInk(spot, 128, degrees);
    const turned = rotate(spot, degrees, size);
    expect([turned.width, turned.height]).toEqual([size.width, size.height]);
    expect(turned.data.filter((level) => level < 128).length).toBeWithin(8, 20);
    const edge = turned.data.filter((_, at) => {
      const [column, row] = [at % size.width, Math.floor(at / size.width)];
      return column < 5 || row < 5 || column >= size.width - 5 || row >= size.height - 5;
    });
    expect(edge.every((level) => level >= 254)).toBe(true);
    expect(size.width * size.height).toBeLessThan(1.7 * width * height);
  });
});

/** Strokes as lines of text have them, at so many degrees downwards to the right. */
const lines = (width: number, height: number, degrees: number, pitch = 24) => {
  const slope = Math.tan((degrees * Math.PI) / 180);
  return shaded(width, height, (x, y) => {
    const inLine = (((y - x * slope) % pitch) + pitch) % pitch;
    return x > 20 && x < width - 20 && inLine < 8 && x % 6 < 3 ? 0 : 255;
  });
};

describe("the skew of lines", () => {
  test.each([-19, -9, -3, 3, 9, 19])("is found on a page: %p°", (degrees) => {
    expect(skewDegrees(lines(400, 400, degrees), 128)).toBeCloseTo(degrees, 0);
  });

  test.each([-8, 8])("is found on a flat strip: %p°", (degrees) => {
    expect(skewDegrees(lines(900, 60, degrees), 128)).toBeCloseTo(degrees, 0);
  });

  test.each([-9, 9])("is found at the right end of a flat strip: %p°", (degrees) => {
    const image = lines(900, 60, degrees);
    for (let y = 0; y < 60; y++) image.data.fill(255, y * 900, y * 900 + 800);
    expect(skewDegrees(image, 128)).toBeCloseTo(degrees, 0);
  });

  test.each([23, -23])("is not told where it is larger than 20°: %p°", (degrees) => {
    expect(skewDegrees(lines(400, 400, degrees, 60), 128)).toBe(0);
  });

  test("is that of the strokes, whatever large level picture stands beside them", () => {
    const image = lines(400, 400, 3);
    for (let y = 200; y < 400; y++) image.data.fill(0, y * 400 + 40, y * 400 + 360);
    expect(skewDegrees(image, 128)).toBeCloseTo(3, 0);
  });

  test("is that of what is darker than the threshold", () => {
    const [dark, pale] = [lines(400, 400, 3), lines(400, 400, -3)];
    const both = {
      ...dark,
      data: dark.data.map((level, at) => Math.min(level, (pale.data[at] ?? 255) === 0 ? 150 : 255)),
    };
    expect(skewDegrees(both, 128)).toBeCloseTo(3, 0);
  });
});
