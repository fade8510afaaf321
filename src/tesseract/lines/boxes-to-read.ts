import { settleDoubts } from "../digits/doubtful-digits.ts";
import { bottomOf, centreX, centreY, median, overlapX, overlapY, rightOf, unionOf } from "../layout/boxes.ts";
import type { Box } from "../picture/ink.ts";
import type { RecognisedLine, Word } from "./recognised-line.ts";

/** Marks of Thai reach out of what the detector finds by so much of its height. */
const reachShare = 0.12;
/** Letters at the ends of a line reach out of it by so much. */
const sideShare = 0.4;

/**
 * Where a line is read: the band of ink that it fills, when no other line has a share in that; else around its pieces. A
 * band that lines above or below it fill is theirs; one with a line that stands lower or higher beside it has cut it off.
 */
export function boxToRead(
  pieces: readonly Box[],
  all: readonly Box[],
  bands: readonly Box[],
  page: { width: number; height: number },
): Box {
  const box = unionOf(pieces);
  const touched = bands
    .filter((one) => overlapY(one, box) > 0.3 * Math.min(one.height, box.height))
    .map((band) => ({ band, others: all.filter((piece) => !pieces.includes(piece) && hasMiddleIn(piece, band)) }));
  const isOfAnother = (others: readonly Box[]) =>
    others.length > 0 && others.every((other) => overlapX(other, box) > 0);
  const [own, another] = touched.filter(({ others }) => !isOfAnother(others));
  const isAlone = own !== undefined && another === undefined && own.others.length === 0;
  if (isAlone && overlapX(own.band, box) > 0.8 * own.band.width) return own.band;
  return aroundPieces(pieces, all, page);
}

const hasMiddleIn = (piece: Box, band: Box) => centreY(piece) >= band.top && centreY(piece) < bottomOf(band);

/** The box around the pieces of a line with what reaches out of them, at most half the way to what stands beside. */
export function aroundPieces(
  pieces: readonly Box[],
  all: readonly Box[],
  page: { width: number; height: number },
): Box {
  const box = unionOf(pieces);
  const beside = all.filter((other) => !pieces.includes(other) && overlapY(other, box) > 0);
  const ends = beside.filter((other) => centreX(other) < box.left).map((other) => (rightOf(other) + box.left) / 2);
  const starts = beside
    .filter((other) => centreX(other) > rightOf(box))
    .map((other) => (other.left + rightOf(box)) / 2);
  const reach = (share: number) => Math.round(share * box.height);
  const left = Math.max(0, box.left - reach(sideShare), ...ends.map((end) => Math.min(Math.ceil(end), box.left)));
  const right = Math.min(
    page.width,
    rightOf(box) + reach(sideShare),
    ...starts.map((start) => Math.max(Math.floor(start), rightOf(box))),
  );
  const top = Math.max(0, box.top - reach(reachShare));
  const bottom = Math.min(page.height, bottomOf(box) + reach(reachShare));
  return { left, top, width: right - left, height: bottom - top };
}

/** What the page reading found and the detector did not is believed from this confidence on. */
const minConfidence = 60;
/** Lower ones are marks. */
const minHeightShare = 0.4;
/** Marks of Thai that were taken for words stand out of the box of their line by less than so much of its height. */
const wordReachShare = 0.35;

/** Boxes around the words that stand in none of these, those of a line together. */
export function unclaimed(lines: readonly RecognisedLine[], boxes: readonly Box[]): Box[] {
  const lowest = minHeightShare * median(boxes.map(({ height }) => height));
  return lines.flatMap((line) => {
    const rests: Word[][] = [];
    let goesOn = false;
    for (const word of line.words) {
      const isFound = boxes.some((box) => isIn(word, box));
      if (isFound) goesOn = false;
      else if (goesOn && isNext(rests.at(-1)?.at(-1), word)) rests.at(-1)?.push(word);
      else {
        rests.push([word]);
        goesOn = true;
      }
    }
    return rests.flatMap((words) => {
      const confidence = words.reduce((sum, word) => sum + word.confidence, 0) / words.length;
      const isText = /[\p{L}\p{N}]/u.test(settleDoubts(words.map(({ text }) => text).join("")).text);
      return isText && confidence >= minConfidence && unionOf(words).height >= lowest ? [unionOf(words)] : [];
    });
  });
}

/** Words farther apart are no one line. */
const wordGapShare = 2;
const isNext = (last: Word | undefined, word: Word) =>
  last !== undefined && word.left - rightOf(last) < wordGapShare * Math.max(last.height, word.height);

const isIn = ({ left, top, width, height }: Word, box: Box) => {
  const [x, y] = [left + width / 2, top + height / 2];
  const reach = wordReachShare * box.height;
  return x >= box.left - reach && x < rightOf(box) + reach && y >= box.top - reach && y < bottomOf(box) + reach;
};
