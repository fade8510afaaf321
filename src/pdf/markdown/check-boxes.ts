import { type Box, centreX, centreY } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import type { CheckBox } from "./page-structure.ts";

/**
 * Puts ☑ and ☐ where the boxes of a form stand, on the line of the text beside them. The sign that the box shows is left
 * out, unless it is a letter or digit.
 */
export function withCheckBoxes(fragments: readonly Fragment[], boxes: readonly CheckBox[]): Fragment[] {
  const rest = fragments.filter(
    ({ box, text }) => /[\p{L}\p{N}]/u.test(text) || !boxes.some((field) => holds(field.box, box)),
  );
  return [...rest, ...boxes.flatMap((field, at) => signOf(field, rest, fragments.length + at))];
}

function signOf({ box, checked }: CheckBox, fragments: readonly Fragment[], order: number): Fragment[] {
  const [beside] = fragments
    .filter((fragment) => fragment.box[1] < centreY(box) && fragment.box[3] > centreY(box))
    .sort((a, b) => distance(a.box, box) - distance(b.box, box));
  if (beside === undefined) return [];
  const { baseline, size, block } = beside;
  const style = { bold: false, italic: false, monospaced: false, anchors: [] };
  return [{ text: checked ? "☑" : "☐", box, baseline, size, block, order, runs: [], ...style }];
}

const holds = ([left, top, right, bottom]: Box, box: Box) =>
  centreX(box) > left && centreX(box) < right && centreY(box) > top && centreY(box) < bottom;

/** A label stands behind its box rather than before it. */
const distance = (label: Box, box: Box) => (label[0] >= centreX(box) ? label[0] - box[2] : 3 * (box[0] - label[2]));
