/** Whether a child on the card computes what the CPU does, and what that is known by. */
export interface CanaryVerdict {
  passes: boolean;
  reason: string;
}

/**
 * What is between the two in single floats, as a share of the CPU's numbers. Measured on BGE-M3's shape with random
 * weights (H200): at most 8e-6, and 1.6e-3 where TF32 was on.
 */
const mostOff = 2e-4;
/** Where half floats, TF32 or int8 are wanted it only tells a working card from a broken one: measured were 0.999996. */
const leastCosine = 0.999;

/**
 * Judges a child on the card by the numbers it gives for fixed texts.
 *
 * @param exact whether single floats are to be multiplied as such. A process was once as fast as only TF32 is, although its
 *   environment forbade that, so it is not taken for granted
 */
export function judgeCanary(onGpu: readonly number[], onCpu: readonly number[], exact: boolean): CanaryVerdict {
  const likeness = cosine(onGpu, onCpu);
  if (!(likeness > leastCosine)) return { passes: false, reason: `${notThose} (cosine ${likeness.toFixed(4)})` };
  const off = distance(onGpu, onCpu);
  if (exact && !(off < mostOff)) {
    const reason = `${notThose} (off by ${off.toExponential(1)}, in exact single floats less than ${mostOff})`;
    return { passes: false, reason };
  }
  return { passes: true, reason: "its numbers are those of the CPU" };
}

const notThose = "its numbers are not those of the CPU";

/** Cosine of the angle between two vectors of equal length; 0 when they differ in length or one has none. */
export function cosine(left: readonly number[], right: readonly number[]): number {
  const lengths = Math.hypot(...left) * Math.hypot(...right);
  const dot = left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
  return left.length === right.length && lengths > 0 ? dot / lengths : 0;
}

/** How far the one is from the other, in lengths of the other. */
const distance = (one: readonly number[], other: readonly number[]): number =>
  Math.hypot(...one.map((value, index) => value - (other[index] ?? 0))) / Math.hypot(...other);
