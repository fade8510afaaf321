/** Left, top, right, bottom in points; y grows downwards. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

export const widthOf = ([left, , right]: Box): number => right - left;
export const heightOf = ([, top, , bottom]: Box): number => bottom - top;
export const centreX = ([left, , right]: Box): number => (left + right) / 2;
export const centreY = ([, top, , bottom]: Box): number => (top + bottom) / 2;

/** Length that two intervals share; negative is the gap between them. */
export const overlap = (from: number, to: number, otherFrom: number, otherTo: number): number =>
  Math.min(to, otherTo) - Math.max(from, otherFrom);

/** The smallest box around these, which must be at least one. */
export function unionOf(boxes: readonly Box[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box[0]);
    top = Math.min(top, box[1]);
    right = Math.max(right, box[2]);
    bottom = Math.max(bottom, box[3]);
  }
  return [left, top, right, bottom];
}
