import type { GreyImage } from "./grey-image.ts";
import { shareOf } from "./ground-boxes.ts";
import type { Box } from "./ink.ts";

/** Less of a line of pixels than this is ground where a rule or a gap crosses all of it; letters leave a margin. */
const maxGroundShare = 0.1;
/** What is narrower lies between the two lines of a double rule. */
const minPartPx = 6;

/**
 * The parts into which ruling lines and gaps that cross it from side to side divide a rectangle of ground, such as the
 * cells of a coloured table; the rectangle itself where there are none.
 */
export function cutAtRules(image: GreyImage, box: Box, isGround: (level: number) => boolean): Box[] {
  const isRule = (line: Box) => shareOf(image, line, isGround) < maxGroundShare;
  const { left, top, width, height } = box;
  const columns = runsBetween(width, (x) => isRule({ left: left + x, top, width: 1, height }));
  const rows = runsBetween(height, (y) => isRule({ left, top: top + y, width, height: 1 }));
  const parts = columns.flatMap(([fromX, toX]) =>
    rows.map(([fromY, toY]) => ({ left: left + fromX, top: top + fromY, width: toX - fromX, height: toY - fromY })),
  );
  const [only] = parts;
  const isWhole = parts.length === 1 && only?.width === width && only.height === height;
  return isWhole ? parts : parts.flatMap((part) => cutAtRules(image, part, isGround));
}

/** From where to where the lines between those that divide go. */
function runsBetween(length: number, divides: (at: number) => boolean): [from: number, to: number][] {
  const runs: [number, number][] = [];
  let from = 0;
  for (let at = 0; at <= length; at++) {
    if (at < length && !divides(at)) continue;
    if (at - from >= minPartPx) runs.push([from, at]);
    from = at + 1;
  }
  return runs;
}
