import { cell } from "./drawn-cells.ts";

/** The cells of a seam's zone: `along` counts in the direction of the seam, `across` to its sides. */
export interface SeamZone {
  length: number;
  width: number;
  kindAt(along: number, across: number): number;
}

/** A seam from one end of its zone to the other. */
export interface Seam {
  /** For each step along the seam the first cell of the far side. */
  boundary: Int32Array;
  /** Cells on the way that belong to a line of text. */
  crossed: Array<{ along: number; across: number }>;
}

/** What it costs to cross a cell of each kind. A way around several lines of text is better than through one word. */
const costs: Record<number, number> = {
  [cell.blank]: 0,
  [cell.betweenLines]: 1,
  [cell.rule]: 3,
  [cell.figure]: 4,
  [cell.betweenWords]: 150,
  [cell.letter]: 1000,
};
/** Straight is better than crooked, and the middle better than the edge, where nothing else decides. */
const sidestepCost = 0.02;
const offCentreCost = 0.0005;

const fromBefore = 0;
const fromNear = 1;
const fromFar = 2;

/**
 * The seam that crosses least: from step to step it goes straight on, and sideways as far as it likes, so that it finds
 * its way around words and between lines (shortest path by dynamic programming).
 */
export function cheapestSeam({ length, width, kindAt }: SeamZone): Seam {
  const steps = new Uint8Array(length * width);
  let before = new Float64Array(width);
  let cost = new Float64Array(width);
  const enter = new Float64Array(width);
  for (let along = 0; along < length; along += 1) {
    const row = along * width;
    for (let across = 0; across < width; across += 1) {
      enter[across] = (costs[kindAt(along, across)] ?? 0) + offCentreCost * Math.abs(across - width / 2);
      cost[across] = (before[across] ?? 0) + (enter[across] ?? 0);
    }
    for (let across = 1; across < width; across += 1) {
      const sideways = (cost[across - 1] ?? 0) + (enter[across] ?? 0) + sidestepCost;
      if (sideways >= (cost[across] ?? 0)) continue;
      cost[across] = sideways;
      steps[row + across] = fromNear;
    }
    for (let across = width - 2; across >= 0; across -= 1) {
      const sideways = (cost[across + 1] ?? 0) + (enter[across] ?? 0) + sidestepCost;
      if (sideways >= (cost[across] ?? 0)) continue;
      cost[across] = sideways;
      steps[row + across] = fromFar;
    }
    [before, cost] = [cost, before];
  }
  return trace(steps, before, { length, width, kindAt });
}

function trace(steps: Uint8Array, costAtEnd: Float64Array, { length, width, kindAt }: SeamZone): Seam {
  const boundary = new Int32Array(length);
  const crossed: Seam["crossed"] = [];
  let across = costAtEnd.reduce((best, cost, index) => (cost < (costAtEnd[best] ?? 0) ? index : best), 0);
  for (let along = length - 1; along >= 0; along -= 1) {
    boundary[along] = across;
    for (;;) {
      if (kindAt(along, across) >= cell.betweenWords) crossed.push({ along, across });
      const step = steps[along * width + across];
      if (step === fromBefore || step === undefined) break;
      across += step === fromNear ? -1 : 1;
    }
  }
  return { boundary, crossed };
}
