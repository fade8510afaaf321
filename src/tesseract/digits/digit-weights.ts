import { z } from "zod";
import drawn from "./digit-weights.json" with { type: "json" };
import { shapeScale } from "./glyph-shape.ts";

/** What each number of a shape, its width and nothing at all say for a digit, for ๐ to ๙ in their order. */
export type DigitWeights = readonly Float32Array[];

/** What the logarithm of width by height is multiplied with beside the numbers of a shape, all of which are small. */
const aspectScale = 0.3;

export const thaiDigits = "๐๑๒๓๔๕๖๗๘๙";

/** The numbers that the weights belong to: the shape of a glyph, from `glyphShape`, and its width divided by its height. */
export function digitFeatures(shape: Float32Array, aspect: number): Float32Array {
  const features = new Float32Array(shape.length + 2);
  features.set(shape);
  features[shape.length] = aspectScale * Math.log(aspect);
  features[shape.length + 1] = 1;
  return features;
}

/** What the weights say for each digit; the difference of two is the logarithm of how much likelier the one is. */
export const scoresOf = (features: Float32Array, weights: DigitWeights): number[] =>
  weights.map((own) => own.reduce((sum, weight, at) => sum + weight * (features[at] ?? 0), 0));

const schema = z.object({ fonts: z.array(z.string()), weights: z.array(z.array(z.int())).length(thaiDigits.length) });

/** Fitted to the digits of many fonts, clean and spoilt, by `scripts/digit-shapes`. */
export const digitWeights: DigitWeights = schema
  .parse(drawn)
  .weights.map((own) => Float32Array.from(own, (weight) => weight / shapeScale));
