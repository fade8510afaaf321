import { describe, expect, test } from "bun:test";
import { countLetters, mayHoldLetters } from "../../src/pdf/geometry/letters.ts";
import type { GreyPicture } from "../../src/pdf/geometry/picture-ink.ts";

const [widthPx, heightPx] = [320, 160];

/** Four rows of 20 shapes of several widths and heights, as letters have them; `alike`: all the same. */
function drawn(ground: (x: number, y: number) => number, ink: number, alike = false): GreyPicture {
  const levels = new Uint8Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y += 1) for (let x = 0; x < widthPx; x += 1) levels[y * widthPx + x] = ground(x, y);
  for (let row = 0; row < 4; row += 1) {
    for (let letter = 0; letter < 20; letter += 1) {
      const [wide, high] = alike ? [8, 12] : [5 + ((letter * 5) % 6), 9 + ((letter * 5 + row) % 4)];
      const [left, bottom] = [12 + letter * 15, 30 + row * 36];
      for (let y = bottom - high; y < bottom; y += 1) {
        // As an L: no letter fills its box.
        const across = y < bottom - 4 ? 3 : wide;
        levels.fill(ink, y * widthPx + left, y * widthPx + left + across);
      }
    }
  }
  return { levels, widthPx, heightPx, strideBytes: widthPx };
}

const flat = (level: number) => () => level;
const turned = ({ levels }: GreyPicture): GreyPicture => ({
  levels: Uint8Array.from(levels, (_, at) => levels[(at % heightPx) * widthPx + Math.floor(at / heightPx)] ?? 0),
  widthPx: heightPx,
  heightPx: widthPx,
  strideBytes: heightPx,
});

describe("letters in a picture", () => {
  test.each<[string, GreyPicture]>([
    ["dark on light", drawn(flat(240), 20)],
    ["light on dark", drawn(flat(40), 230)],
    ["faded", drawn(flat(220), 160)],
    ["on a ground that grows darker", drawn((x) => 250 - x / 4, 20)],
  ])("are counted where they are %s", (_, picture) => {
    const { across } = countLetters(picture);
    expect(across).toBeGreaterThanOrEqual(70);
    expect(across).toBeLessThanOrEqual(100);
  });

  test("are counted in the other direction where the picture lies on its side", () => {
    const picture = drawn(flat(240), 20);
    const [upright, onSide] = [countLetters(picture), countLetters(turned(picture))];
    expect(onSide).toEqual({ across: upright.down, down: upright.across });
  });

  test.each<[string, GreyPicture]>([
    ["an empty sheet", drawn(flat(240), 240)],
    ["a ground that is no paper, such as scenery", drawn((x, y) => 200 + 16 * (((7 * x + 13 * y) % 5) - 2), 20)],
    ["a pattern that repeats one shape", drawn(flat(240), 20, true)],
  ])("are not seen in %s", (_, picture) => expect(countLetters(picture).across).toBe(0));

  test("are not counted where they are known", () => {
    expect(countLetters(drawn(flat(240), 20), [[0, 0, widthPx, heightPx / 2]]).across).toBeLessThanOrEqual(50);
    expect(countLetters(drawn(flat(240), 20), [[0, 0, widthPx, heightPx]]).across).toBe(0);
  });
});

describe("a small picture", () => {
  const uneven = (x: number, y: number) => 225 + 8 * (((7 * x + 13 * y) % 5) - 2);
  const scenery = (x: number, y: number) => 128 + 90 * Math.sin(x / 5) * Math.cos(y / 7);

  test.each<[string, boolean, GreyPicture]>([
    ["dark letters", true, half(drawn(flat(240), 20))],
    ["light letters", true, half(drawn(flat(40), 230))],
    ["faded letters", true, half(drawn(flat(220), 170))],
    ["letters on uneven paper", true, half(drawn(uneven, 20))],
    ["nothing", false, half(drawn(flat(240), 240))],
    ["a landscape", false, half(drawn(scenery, 255))],
  ])("of %s may be worth a closer look: %s", (_, expected, picture) => expect(mayHoldLetters(picture)).toBe(expected));
});

/** Each pixel is the mean of four. */
function half({ levels }: GreyPicture): GreyPicture {
  const [wide, high] = [widthPx / 2, heightPx / 2];
  const small = Uint8Array.from({ length: wide * high }, (_, at) => {
    const [x, y] = [2 * (at % wide), 2 * Math.floor(at / wide)];
    const of = (dx: number, dy: number) => levels[(y + dy) * widthPx + x + dx] ?? 0;
    return (of(0, 0) + of(1, 0) + of(0, 1) + of(1, 1)) / 4;
  });
  return { levels: small, widthPx: wide, heightPx: high, strideBytes: wide };
}
