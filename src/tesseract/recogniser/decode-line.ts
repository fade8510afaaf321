import type { CharacterTable } from "./character-table.ts";

/** What a network read in a line. */
export interface DecodedLine {
  text: string;
  /** Mean and least of the probabilities that it gave the characters, 0 to 1; 0 where it read none. */
  confidence: number;
  least: number;
}

/**
 * The most likely characters of each step, those that follow each other without a blank taken once (greedy decoding of
 * connectionist temporal classification; Graves and others, 2006).
 *
 * @param probabilities of the classes, step by step
 */
export function decodeLine(probabilities: Float32Array, table: CharacterTable): DecodedLine {
  const found: { character: string; probability: number }[] = [];
  let before = 0;
  for (let start = 0; start < probabilities.length; start += table.length) {
    const step = probabilities.subarray(start, start + table.length);
    let best = 0;
    for (let at = 1; at < step.length; at++) if ((step[at] ?? 0) > (step[best] ?? 0)) best = at;
    if (best !== 0 && best !== before) found.push({ character: table[best] ?? "", probability: step[best] ?? 0 });
    before = best;
  }
  const likely = found.map(({ probability }) => probability);
  return {
    text: found.map(({ character }) => character).join(""),
    confidence: likely.reduce((sum, probability) => sum + probability, 0) / Math.max(1, likely.length),
    least: likely.length === 0 ? 0 : Math.min(...likely),
  };
}
