import { scoresOf } from "../../src/tesseract/digits/digit-weights.ts";

/** A glyph, and which of the kinds it is. */
export interface Sample {
  kind: number;
  /** From `digitFeatures`. */
  features: Float32Array;
}

const rounds = 60;
/** How far the weights go with each glyph at first, and by how much less in each further round. */
const firstStep = 0.5;
const slowing = 0.3;
/** By what share of themselves they shrink with each: those of what seldom differs stay small. */
const shrinking = 1e-4;

/**
 * The weights with which the kinds are told apart (multinomial logistic regression by stochastic gradient descent), for
 * each kind as many as there are features. The same samples give the same weights.
 */
export function fitWeights(samples: readonly Sample[]): Float32Array[] {
  const kinds = 1 + Math.max(...samples.map(({ kind }) => kind));
  const weights = Array.from({ length: kinds }, () => new Float32Array(samples[0]?.features.length ?? 0));
  const next = shuffler();
  for (let round = 0; round < rounds; round++) {
    const step = firstStep / (1 + slowing * round);
    for (const { kind, features } of next(samples)) {
      const chances = chancesOf(features, weights);
      for (const [of, own] of weights.entries()) {
        const missed = (chances[of] ?? 0) - (of === kind ? 1 : 0);
        for (const [at, weight] of own.entries())
          own[at] = weight - step * (missed * (features[at] ?? 0) + shrinking * weight);
      }
    }
  }
  return weights;
}

function chancesOf(features: Float32Array, weights: readonly Float32Array[]): number[] {
  const scores = scoresOf(features, weights);
  const highest = Math.max(...scores);
  const odds = scores.map((score) => Math.exp(score - highest));
  const sum = odds.reduce((total, one) => total + one, 0);
  return odds.map((one) => one / sum);
}

/** Another order each time, the same in each run: from a linear congruential generator with a fixed seed. */
function shuffler() {
  let state = 20_250_115;
  return <T>(members: readonly T[]): T[] => {
    const keyed = members.map((member) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return { member, key: state };
    });
    return keyed.sort((one, other) => one.key - other.key).map(({ member }) => member);
  };
}
