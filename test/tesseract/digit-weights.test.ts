import { expect, test } from "bun:test";
import * as mupdf from "mupdf";
import { fitWeights } from "../../scripts/digit-shapes/fit-weights.ts";
import { spoiltGlyphs } from "../../scripts/digit-shapes/spoilt-glyphs.ts";
import { sarabun } from "../../scripts/eval/fonts.ts";
import {
  type DigitWeights,
  digitFeatures,
  digitWeights,
  scoresOf,
  thaiDigits,
} from "../../src/tesseract/digits/digit-weights.ts";
import { glyphShape } from "../../src/tesseract/digits/glyph-shape.ts";
import { judgeDigit } from "../../src/tesseract/digits/judge-digit.ts";
import { drawing } from "../support/thai-page.ts";

const font = new mupdf.Font("sarabun", await sarabun());
const likeliest = (features: Float32Array, weights: DigitWeights) => {
  const scores = scoresOf(features, weights);
  return scores.indexOf(Math.max(...scores));
};

test("the weights tell all digits of a font apart, clean and spoilt", () => {
  const drawn = spoiltGlyphs(font, thaiDigits);
  expect(drawn).toHaveLength(80);
  expect(drawn.filter(({ kind, features }) => likeliest(features, digitWeights) !== kind)).toEqual([]);
});

test("weights are fitted to what they are shown, the same each time", () => {
  const samples = spoiltGlyphs(font, "๔๕").filter((_, at) => at % 2 === 0);
  const weights = fitWeights(samples);
  expect(fitWeights(samples)).toEqual(weights);
  const others = spoiltGlyphs(font, "๔๕").filter((_, at) => at % 2 === 1);
  expect(others.map(({ features }) => likeliest(features, weights))).toEqual(others.map(({ kind }) => kind));
});

test("a digit leads by what the weights say of it and the next, and not at all where another glyph is nearer", () => {
  const corner = drawing(10, 20, [
    [0, 0, 3, 20],
    [0, 17, 10, 3],
  ]);
  const features = digitFeatures(glyphShape(corner), 0.5);
  const nearest = { character: "๒", aspect: 0.5, shape: glyphShape(corner) };
  /** Scores of the digits that the constant feature alone gives. */
  const weights = (two: number, four: number) =>
    Array.from(thaiDigits, (digit) => {
      const own = new Float32Array(features.length);
      own[features.length - 1] = digit === "๒" ? two : digit === "๔" ? four : -9;
      return own;
    });
  expect(judgeDigit(corner, [nearest], weights(5, 3))).toMatchObject({ digit: "๒", lead: 2 });
  expect(judgeDigit(corner, [nearest], weights(3, 5))).toMatchObject({ digit: "๔", lead: 0, overDigits: 0 });
  expect(judgeDigit(corner, [], weights(5, 3))).toBeUndefined();
});
