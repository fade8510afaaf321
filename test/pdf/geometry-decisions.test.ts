import { describe, expect, test } from "bun:test";
import { type AffineMap, type Box, boundsOf, createCoverage } from "../../src/pdf/geometry/coverage.ts";
import { fitPage } from "../../src/pdf/geometry/fit-page.ts";
import { greyLevels } from "../../src/pdf/geometry/grey.ts";
import { measureInk } from "../../src/pdf/geometry/ink.ts";
import { countLetters, mayHoldLetters } from "../../src/pdf/geometry/letters.ts";
import { hasOverprint } from "../../src/pdf/geometry/overprint.ts";
import { inkOf } from "../../src/pdf/geometry/picture-ink.ts";
import { createSeenCharacters } from "../../src/pdf/geometry/seen-characters.ts";
import { createTextGrounds } from "../../src/pdf/geometry/text-grounds.ts";

test.each<[string, AffineMap, Box]>([
  ["upright", [10, 0, 0, 20, 100, 200], [100, 200, 110, 220]],
  ["mirrored", [-10, 0, 0, -20, 100, 200], [90, 180, 100, 200]],
  ["on its side", [0, 10, -20, 0, 100, 200], [80, 200, 100, 210]],
  ["aslant", [3, 4, -5, 6, 100, 200], [95, 200, 103, 210]],
  ["aslant the other way", [-3, -4, 5, -6, 100, 200], [97, 190, 105, 200]],
])("the box around a picture that stands %s", (_, map, box) => {
  expect(boundsOf(map)).toEqual(box);
});

test("a picture of no size covers nothing of a page, and none of those beside it", () => {
  const coverage = createCoverage([0, 0, 64, 64]);
  coverage.addImage([10, 10, 10, 10, 0, 0], [0, 0, 64, 64]);
  expect(coverage.share()).toBe(0);
  coverage.addImage([32, 0, 0, 32, 0, 0], [0, 0, 64, 64]);
  coverage.addImage([32, 0, 0, 32, 32, 32], [0, 0, 64, 64]);
  expect(coverage.share()).toBe(0.5);
});

describe("a page on its pixels", () => {
  const box: Box = [10, 20, 110, 220];
  const fit = (turnDegrees: number, longestSidePx = 400, nativeLongestSidePx?: number, page = box) =>
    fitPage(page, { longestSidePx, turnDegrees, nativeLongestSidePx });
  /** Where its upper left and lower right corners get to. */
  const corners = (turnDegrees: number) => {
    const [a, b, c, d, e, f] = fit(turnDegrees).map;
    return [box.slice(0, 2), box.slice(2)].map(([x = 0, y = 0]) => [a * x + c * y + e, b * x + d * y + f]);
  };

  test.each([
    [0, [200, 400], [0, 0], [200, 400]],
    [90, [400, 200], [400, 0], [0, 200]],
    [180, [200, 400], [200, 400], [0, 0]],
    [270, [400, 200], [0, 200], [400, 0]],
  ])("turned by %d degrees fills them", (turnDegrees, size, first, last) => {
    const { widthPx, heightPx } = fit(turnDegrees);
    expect([widthPx, heightPx]).toEqual(size);
    expect(corners(turnDegrees)).toEqual([first, last]);
  });

  test.each<[string, Box, number, number | undefined, number, number]>([
    ["has a pixel at least of its height", [0, 0, 1000, 1], 100, undefined, 100, 1],
    ["has a pixel at least of its width", [0, 0, 1, 1000], 100, undefined, 1, 100],
    ["is enlarged to twice its own pixels at most", box, 400, 100, 100, 200],
    ["is not enlarged further than is asked for", box, 400, 300, 200, 400],
  ])("%s", (_, page, longestSidePx, native, widthPx, heightPx) => {
    expect(fit(0, longestSidePx, native, page)).toMatchObject({ widthPx, heightPx });
  });

  test("has pixels that are as wide as the rounded side is", () => {
    expect(fit(0, 100, undefined, [0, 0, 1000, 1]).map.slice(0, 4)).toEqual([0.1, 0, 0, 1]);
  });
});

test("the grey of a picture is told pixel by pixel", () => {
  const levels = Uint8Array.from([9, 9, 9, 0, 255, 0, 0, 0, 0, 255, 0, 0, 0, 0]);
  expect([...greyLevels({ levels, widthPx: 2, heightPx: 2, strideBytes: 7 })]).toEqual([9, 220, 76, 0]);
});

describe("the ink of a picture", () => {
  const side = (px: number, dotAt: number) => {
    const rgb = new Uint8Array(px * px * 3).fill(250);
    rgb.fill(0, (dotAt * px + dotAt) * 3, (dotAt * px + dotAt) * 3 + 3);
    return measureInk(rgb, px, px, px * 3).share;
  };
  test.each([
    ["every pixel of a small one", side(29, 4), 1 / 29 ** 2],
    ["every third pixel of others", side(30, 3), 1 / 100],
    ["and not those between them", side(30, 4), 0],
    ["nothing of none", measureInk([], 0, 0, 0).share, 0],
  ])("is told by %s", (_, share, expected) => {
    expect(share).toBeCloseTo(expected, 6);
  });

  test.each([
    ["that is darker by more than 48 levels", [200, 200, 200], [151, 151, 151], true],
    ["that is darker by 48", [200, 200, 200], [152, 152, 152], false],
    ["that is lighter", [170, 170, 170], [250, 250, 250], false],
    ["that is lighter on a dark ground", [150, 150, 150], [250, 250, 250], true],
    ["that is more coloured", [200, 200, 200], [255, 200, 190], true],
  ])("is what %s", (_, ground, other, isInk) => {
    const rgb = [...Array(9).fill(ground), other].flat();
    expect(measureInk(rgb, 10, 1, 30).share).toBe(isInk ? 0.1 : 0);
    expect(measureInk(rgb, 10, 1, 30).ground).toEqual([ground[0] ?? 0, ground[1] ?? 0, ground[2] ?? 0]);
  });

  test("is read by the bytes of a line, without what fills it up", () => {
    const line = [250, 250, 250, 250, 250, 250, 0, 0];
    expect(measureInk([...line, ...line], 2, 2, 8)).toEqual({ share: 0, ground: [250, 250, 250] });
  });
});

describe("lines on each other", () => {
  const line: Box = [72, 100, 172, 103];
  test.each<[string, Box, boolean]>([
    ["a short word of it", [100, 100, 104, 103], true],
    ["a neighbour by half of a narrow letter", [168, 100, 176, 103], true],
    ["a neighbour by less", [169, 100, 177, 103], false],
    ["a neighbour by six points", [166, 100, 266, 103], true],
    ["a neighbour by less than six points", [166.1, 100, 266, 103], false],
    ["a copy two points lower", [72, 101.9, 172, 104.9], true],
    ["a line four points lower", [72, 104, 172, 107], false],
  ])("%s: %p", (_, other, expected) => {
    expect(hasOverprint([line, other])).toBe(expected);
    expect(hasOverprint([other, line])).toBe(expected);
  });

  test("are found behind a short one that begins later", () => {
    expect(hasOverprint([line, [173, 100, 180, 103], [160, 100, 300, 103]])).toBe(true);
    expect(hasOverprint([[0, 100, 300, 103], [10, 130, 20, 133], line])).toBe(true);
  });

  test("of turned lines are told by their other sides", () => {
    expect(
      hasOverprint([
        [100, 72, 103, 172],
        [100, 166, 103, 266],
      ]),
    ).toBe(true);
    expect(
      hasOverprint([
        [100, 72, 103, 172],
        [100, 172, 103, 266],
      ]),
    ).toBe(false);
    expect(
      hasOverprint([
        [100, 72, 103, 172],
        [104, 72, 107, 172],
      ]),
    ).toBe(false);
  });
});

describe("ink in a picture of grey levels", () => {
  const [widthPx, heightPx] = [40, 40];
  /** A flat ground with a stroke of four pixels across each place. */
  function picture(ground: number, stroke: number, places: [number, number][], strideBytes = widthPx) {
    const levels = new Uint8Array(strideBytes * heightPx).fill(ground);
    for (const [x, y] of places) levels.fill(stroke, y * strideBytes + x, y * strideBytes + x + 4);
    return { levels, widthPx, heightPx, strideBytes };
  }
  const inkAt = (found: Uint8Array) =>
    [...found.entries()].flatMap(([at, ink]) => (ink === 1 ? [[at % widthPx, Math.floor(at / widthPx)]] : []));
  const strokeAt = (x: number, y: number) => [0, 1, 2, 3].map((more) => [x + more, y]);

  test.each<[string, number, number, [number, number]]>([
    ["dark on light", 240, 20, [18, 18]],
    ["light on dark", 30, 230, [18, 18]],
    ["of just enough contrast", 200, 160, [18, 18]],
    ["in the first row and column", 240, 20, [0, 0]],
    ["in the last row", 240, 20, [0, 39]],
    ["in the last column", 240, 20, [36, 5]],
    ["across two blocks", 240, 20, [14, 15]],
  ])("is found %s", (_, ground, stroke, place) => {
    expect(inkAt(inkOf(picture(ground, stroke, [place])))).toEqual(strokeAt(...place));
    expect(inkAt(inkOf(picture(ground, stroke, [place], 47)))).toEqual(strokeAt(...place));
  });

  test("is none of less contrast, unless that is asked for", () => {
    const faint = picture(200, 161, [[18, 18]]);
    expect(inkAt(inkOf(faint))).toEqual([]);
    expect(inkAt(inkOf(faint, { contrast: 39, unevenness: 14 }))).toEqual(strokeAt(18, 18));
  });

  test("is none on a ground that is not even, unless that is allowed", () => {
    const uneven = picture(200, 20, [[18, 18]]);
    for (const at of uneven.levels.keys()) if (uneven.levels[at] === 200) uneven.levels[at] = at % 2 ? 190 : 222;
    expect(inkAt(inkOf(uneven))).toEqual([]);
    expect(inkAt(inkOf(uneven, { contrast: 40, unevenness: 17 }))).toEqual(strokeAt(18, 18));
  });

  test("is what a stem fills, by the ground half a block beside it", () => {
    const stem = picture(240, 240, []);
    for (let y = 0; y < heightPx; y += 1) stem.levels.fill(20, y * widthPx + 16, y * widthPx + 32);
    const ink = inkAt(inkOf(stem));
    // The block that it fills has one level only: it is seen by its edges alone.
    expect(ink).toEqual([]);
    for (let y = 0; y < heightPx; y += 1) stem.levels.fill(240, y * widthPx + 16, y * widthPx + 20);
    expect(inkAt(inkOf(stem))).toHaveLength(12 * heightPx);
  });
});

describe("letters in a row", () => {
  interface Frame {
    wide: number;
    high: number;
    /** White before it, and how far below the line it ends. */
    gap?: number;
    below?: number;
  }
  /** Frames one after the other on a line. */
  function row(frames: readonly Frame[], heightPx = 120, bottom = 90) {
    const widthPx = 20 + frames.reduce((sum, { wide, gap = 4 }) => sum + wide + gap, 20);
    const levels = new Uint8Array(widthPx * heightPx).fill(240);
    let left = 20;
    for (const { wide, high, gap = 4, below = 0 } of frames) {
      left += gap;
      const [top, foot] = [bottom + below - high, bottom + below];
      const stroke = high > 40 ? 3 : 1;
      for (let y = top; y < foot; y += 1) {
        const isBar = y < top + stroke || y >= foot - stroke;
        if (isBar) levels.fill(20, y * widthPx + left, y * widthPx + left + wide);
        else {
          levels.fill(20, y * widthPx + left, y * widthPx + left + stroke);
          levels.fill(20, y * widthPx + left + wide - stroke, y * widthPx + left + wide);
        }
      }
      left += wide;
    }
    return { levels, widthPx, heightPx, strideBytes: widthPx };
  }
  /** So many letters of these widths in turn. */
  const word = (count: number, widths = [6, 8, 10, 12], more: Partial<Frame> = {}): Frame[] =>
    Array.from({ length: count }, (_, at) => ({ wide: widths[at % widths.length] ?? 0, high: 12, ...more }));
  const across = (frames: readonly Frame[]) => countLetters(row(frames)).across;

  test.each<[string, Frame[], number]>([
    ["of six are counted", word(6), 6],
    ["of five are none", word(5), 0],
    ["of four shapes are counted", word(8, [6, 8, 10, 12]), 8],
    ["of three shapes are none", word(8, [6, 8, 10]), 0],
    ["of shapes that differ in height alone are counted", [9, 12, 15, 18, 9, 12].map((high) => ({ wide: 8, high })), 6],
    ["as far apart as they are wide are counted", word(6, undefined, { gap: 18 }), 6],
    ["further apart are none", word(6, undefined, { gap: 20 }), 0],
    ["of four pixels are counted", [4, 5, 6, 7, 4, 5].map((wide) => ({ wide, high: 4, gap: 3 })), 10],
    ["of three pixels are dust", [4, 5, 6, 7, 4, 5].map((wide) => ({ wide, high: 3, gap: 3 })), 0],
    ["of 72 pixels are counted", [30, 50, 70, 90, 30, 50].map((wide) => ({ wide, high: 72 })), 7],
    ["of 73 pixels are pictures", [30, 50, 70, 90, 30, 50].map((wide) => ({ wide, high: 73 })), 0],
    ["that touch are told by their width", [...word(6), { wide: 48, high: 12 }], 11],
    ["on one level for three of five are counted", steps([0, 0, 0, 6, 0, 0]), 6],
    ["on one level for fewer are none", steps([0, 6, 0, 6, 0, 0]), 0],
    ["up to two and a half times as high as others are counted", heights([8, 20, 8, 20, 8, 20]), 7],
    ["higher than that are none", heights([8, 21, 8, 21, 8, 21]), 0],
  ])("%s", (_, frames, count) => {
    expect(across(frames)).toBe(count);
  });

  function steps(belows: readonly number[]): Frame[] {
    return word(belows.length).map((frame, at) => ({ ...frame, below: belows[at] ?? 0 }));
  }

  function heights(highs: readonly number[]): Frame[] {
    return highs.map((high, at) => ({ wide: 6 + 4 * (at % 4), high }));
  }

  test("are not counted where they are known, and beside that they are", () => {
    const picture = row(word(14));
    const all = countLetters(picture).across;
    const right = picture.widthPx / 2;
    expect(all).toBe(14);
    expect(countLetters(picture, [[right, 0, picture.widthPx, 120]]).across).toBeWithin(6, 9);
    expect(countLetters(picture, [[0, 95, picture.widthPx, 120]]).across).toBe(all);
    expect(countLetters(picture, [[-50, -50, picture.widthPx + 50, 500]]).across).toBe(0);
    expect(countLetters(picture, [[picture.widthPx + 10, 0, picture.widthPx + 20, 120]]).across).toBe(all);
  });

  test("of a small picture are worth a closer look from eighteen on", () => {
    const small = (count: number) =>
      mayHoldLetters(row(Array.from({ length: count }, (_, at) => ({ wide: 3 + (at % 3), high: 5, gap: 3 }))));
    expect([small(17), small(18)]).toEqual([false, true]);
  });
});

test("each character that is not seen counts", () => {
  const level = new Uint8Array(300).fill(9);
  const seen = createSeenCharacters({ shown: level, without: level, widthPx: 10, heightPx: 10, strideBytes: 30 });
  seen.add([1, 1, 3, 3], 10);
  seen.add([5, 5, 7, 7], 10);
  expect(seen.hidden()).toBe(2);
});

describe("text on a ground", () => {
  const page: Box = [0, 0, 600, 800];
  const doubtful = (box: Box, smallest = 9) => {
    const grounds = createTextGrounds(page);
    grounds.addText(box, [0, 0, 0], { glyphs: 60, smallest, isBlended: false });
    return grounds.doubtfulGlyphs();
  };
  test.each<[string, number, number]>([
    ["three points high is seen", doubtful([50, 100, 450, 103]), 0],
    ["lower is not", doubtful([50, 100, 450, 102.9]), 60],
    ["three points wide is seen", doubtful([50, 100, 53, 400]), 0],
    ["narrower is not", doubtful([50, 100, 52.9, 400]), 60],
    ["of letters of 0.8 points is seen", doubtful([50, 100, 450, 110], 0.8), 0],
    ["of smaller letters is not", doubtful([50, 100, 450, 110], 0.79), 60],
  ])("%s", (_, found, expected) => expect(found).toBe(expected));

  test.each<[string, Box, number]>([
    ["three points wide", [50, 90, 53, 120], 1],
    ["narrower", [50, 90, 52.9, 120], 0],
    ["three points high", [50, 100, 450, 103], 15],
    ["lower", [50, 100, 450, 102.9], 0],
    ["outside the page", [-450, 100, -50, 112], 0],
  ])("is covered by what is painted later %s", (_, ground, expected) => {
    const grounds = createTextGrounds(page);
    grounds.addText([50, 100, 450, 112], [0, 0, 0], { glyphs: 60, smallest: 9, isBlended: false });
    grounds.addGround(ground, [0, 0, 0]);
    expect(grounds.doubtfulGlyphs()).toBeCloseTo(expected, -0.5);
  });
});
