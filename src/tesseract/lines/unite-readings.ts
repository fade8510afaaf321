/** A reading of one line, with the recogniser's confidence from 0 to 100. */
export interface Reading {
  text: string;
  confidence: number;
}

/**
 * The best of two readings of the same line of text. The recogniser loses Thai marks above the line when it reads the
 * page and marks below it when it reads the line alone; where both found the same letters, each letter therefore gets
 * the longer of its two sets of marks, in the spacing of `ofPage`. Otherwise the more confident reading is taken,
 * and the two have not agreed.
 */
export function uniteReadings(ofPage: Reading, ofLine: Reading): { text: string; agreed: boolean } {
  const pageClusters = clusters(ofPage.text);
  const lineClusters = clusters(ofLine.text).filter((cluster) => cluster.trim() !== "");
  const sameLetters =
    pageClusters
      .filter((cluster) => cluster.trim() !== "")
      .map(letterOf)
      .join("") === lineClusters.map(letterOf).join("");
  if (!sameLetters) return { text: ofPage.confidence >= ofLine.confidence ? ofPage.text : ofLine.text, agreed: false };
  let next = 0;
  const united = pageClusters
    .map((cluster) => {
      if (cluster.trim() === "") return cluster;
      const other = lineClusters[next++] ?? cluster;
      return other.length >= cluster.length ? other : cluster;
    })
    .join("");
  return { text: united, agreed: true };
}

/** A letter with the Thai marks that follow it. */
const clusters = (text: string): string[] =>
  text
    .match(/[^\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]?[\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]*/gu)
    ?.filter((cluster) => cluster !== "") ?? [];

const letterOf = (cluster: string): string => cluster.replace(/[\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]/g, "");
