import { hasArabicDoubt, settleArabic } from "../digits/doubtful-digits.ts";

/** A reading of one line. */
export interface Reading {
  text: string;
  /**
   * Of the word that the recogniser is least sure of, 0 to 100. A mean hides it: "oils" at 67 for "อนึ่ง" was 94 in its
   * line, as the right reading was. Of 49 lines of evaluation pages that two readings had differently, 92 letters were
   * wrong by the mean, 69 by this, 55 with the better of the two each time.
   */
  leastConfidence: number;
}

/**
 * The best of two readings of the same line of text. The recogniser loses Thai marks above the line when it reads the
 * page and marks below it when it reads the line alone; where both found the same letters, each letter therefore gets
 * the longer of its two sets of marks, in the spacing of `ofPage`. Otherwise the reading is taken whose
 * least sure word is surer, and the two have not agreed.
 */
export function uniteReadings(ofPage: Reading, ofLine: Reading): { text: string; agreed: boolean } {
  const pageClusters = clusters(ofPage.text);
  const lineClusters = clusters(ofLine.text).filter((cluster) => cluster.trim() !== "");
  const sameLetters =
    pageClusters
      .filter((cluster) => cluster.trim() !== "")
      .map(letterOf)
      .join("") === lineClusters.map(letterOf).join("");
  if (!sameLetters) {
    return { text: ofPage.leastConfidence >= ofLine.leastConfidence ? ofPage.text : ofLine.text, agreed: false };
  }
  let next = 0;
  const united = pageClusters
    .map((cluster) => {
      if (cluster.trim() === "") return cluster;
      const other = lineClusters[next++] ?? cluster;
      return other.length >= cluster.length && !hasArabicDoubt(cluster) ? other : cluster;
    })
    .join("");
  return { text: united, agreed: true };
}

/** A letter with the Thai marks that follow it. */
const clusters = (text: string): string[] =>
  text
    .match(/[^\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]?[\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]*/gu)
    ?.filter((cluster) => cluster !== "") ?? [];

const letterOf = (cluster: string): string => settleArabic(cluster).replace(/[\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]/g, "");
