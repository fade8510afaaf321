import { describe, expect, test } from "bun:test";
import { mendRules } from "../../src/tesseract/layout/mend-rules.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import type { Rule } from "../../src/tesseract/picture/ruling-lines.ts";

const rule = (at: number, from: number, to: number): Rule => ({ at, from, to });
/** Far from everything: it tells that lines of text are 20 px high. */
const text: Box = { left: 5000, top: 5000, width: 200, height: 20 };
const turned = ({ left, top, width, height }: Box): Box => ({ left: top, top: left, width: height, height: width });

/** The same for lines across and upright. */
function mended(rules: readonly Rule[], crossing: readonly Rule[], boxes: readonly Box[] = []): Rule[] {
  const across = mendRules({ horizontal: [...rules], vertical: [...crossing] }, [text, text, text, ...boxes]);
  const upright = mendRules({ horizontal: [...crossing], vertical: [...rules] }, [
    text,
    text,
    text,
    ...boxes.map(turned),
  ]);
  expect(upright.vertical).toEqual(across.horizontal);
  return across.horizontal;
}

describe("a gap in a ruling line", () => {
  const halves = (gap: number, step = 0) => [rule(100, 0, 400), rule(100 + step, 400 + gap, 1000)];
  const whole = [rule(100, 0, 1000)];
  /** Lines across on both sides of the gap, as around a joined field. */
  const field = (gap: number) => [rule(400, 0, 200), rule(400 + gap, 0, 200)];

  test.each<[string, readonly Rule[], readonly Rule[], readonly Rule[]]>([
    ["of 0.7 lines is none, whatever stands there", halves(14), field(14), whole],
    ["of more is one between two lines that cross", halves(15), field(15), halves(15)],
    ["of three lines is none where it begins in the open", halves(60), field(60).slice(1), whole],
    ["of three lines is none where it ends in the open", halves(60), field(60).slice(0, 1), whole],
    ["of more is one in the open, too", halves(61), [], halves(61)],
    ["is none where what crosses is not drawn there", halves(60), [rule(400, 120, 200), rule(460, 0, 91)], whole],
    [
      "is one where what crosses begins or ends 8 px from it",
      halves(60),
      [rule(392, 108, 200), rule(468, 0, 92)],
      halves(60),
    ],
    ["is none where the line steps by 8 px", halves(60, 8), [], whole],
    ["is one where it steps by more", halves(60, 9), [], halves(60, 9)],
  ])("%s", (_, rules, crossing, expected) => {
    expect(mended(rules, crossing)).toEqual([...expected]);
  });

  test.each<[string, Box, boolean]>([
    ["print across it", { left: 410, top: 93, width: 40, height: 20 }, false],
    ["print above it", { left: 410, top: 86, width: 40, height: 20 }, true],
    ["print below it", { left: 410, top: 94, width: 40, height: 20 }, true],
    ["print that ends before it", { left: 340, top: 90, width: 60, height: 20 }, true],
    ["print that begins behind it", { left: 460, top: 90, width: 60, height: 20 }, true],
  ])("%s", (_, box, isMended) => {
    expect(mended(halves(60), [], [box])).toEqual(isMended ? whole : halves(60));
  });

  test("gaps of one line are mended one after the other, and lines beside it are left", () => {
    const other = rule(130, 0, 1000);
    const parts = [rule(100, 0, 300), rule(101, 310, 600), rule(100, 640, 1000)];
    expect(mended([...parts, other], [])).toEqual([rule(100, 0, 1000), other]);
  });

  test.each([
    [2000, whole],
    [2001, halves(14)],
  ])("is mended among 2000 lines, and left in a pattern of more: %p", (lines, expected) => {
    const pattern = Array.from({ length: lines - 2 }, (_, at) => rule(200 + 20 * at, 0, 1000));
    expect(mended([...halves(14), ...pattern], [])).toEqual([...expected, ...pattern]);
  });

  test("nothing is made of pages without lines or without text", () => {
    expect(mendRules({ horizontal: [], vertical: [] }, [])).toEqual({ horizontal: [], vertical: [] });
    const rules = { horizontal: halves(10), vertical: [] };
    expect(mendRules(rules, [])).toEqual(rules);
  });
});

describe("the end of a ruling line", () => {
  test.each<[string, Rule, readonly Rule[], Rule]>([
    ["goes on to a line across within three lines", rule(100, 50, 400), [rule(460, 0, 200)], rule(100, 50, 460)],
    ["goes on to the nearest", rule(100, 50, 400), [rule(455, 0, 200), rule(430, 0, 200)], rule(100, 50, 430)],
    ["stays where it is farther", rule(100, 50, 400), [rule(461, 0, 200)], rule(100, 50, 400)],
    ["stays where that is not drawn there", rule(100, 50, 400), [rule(440, 120, 200)], rule(100, 50, 400)],
    ["stays where it meets a line", rule(100, 50, 400), [rule(395, 0, 200), rule(440, 0, 200)], rule(100, 50, 400)],
    ["begins at a line across within three lines", rule(100, 80, 400), [rule(20, 0, 200)], rule(100, 20, 400)],
    ["begins at the nearest", rule(100, 80, 400), [rule(40, 0, 200), rule(50, 0, 200)], rule(100, 50, 400)],
    ["begins where it does where that is farther", rule(100, 80, 400), [rule(19, 0, 200)], rule(100, 80, 400)],
    ["begins where it meets a line", rule(100, 80, 400), [rule(84, 0, 200), rule(40, 0, 200)], rule(100, 80, 400)],
  ])("%s", (_, given, crossing, expected) => {
    expect(mended([given], crossing)).toEqual([expected]);
  });

  const table = (...last: readonly Rule[]) => [rule(0, 50, 400), rule(300, 50, 400), ...last];
  test.each<[string, Rule, Rule]>([
    ["ends within three lines of where two others do", rule(100, 50, 340), rule(100, 50, 400)],
    ["begins within three lines of where two others do", rule(100, 110, 400), rule(100, 50, 400)],
    ["ends farther from there, and stays", rule(100, 50, 339), rule(100, 50, 339)],
    ["begins farther from there, and stays", rule(100, 111, 400), rule(100, 111, 400)],
  ])("%s", (_, given, expected) => {
    expect(mended(table(given), [])).toEqual(table(expected).toSorted((a, b) => a.at - b.at));
  });

  test("stays where only one other ends farther out", () => {
    expect(mended([rule(0, 50, 400), rule(100, 50, 370)], [])).toEqual([rule(0, 50, 400), rule(100, 50, 370)]);
  });

  test("goes through no print", () => {
    const box = { left: 410, top: 90, width: 20, height: 20 };
    expect(mended([rule(100, 50, 400)], [rule(440, 0, 200)], [box])).toEqual([rule(100, 50, 400)]);
  });
});
