import { centreY } from "./box.ts";
import type { Fragment } from "./fragment.ts";

/** A capital that begins a paragraph over several lines is so much larger than they are. */
const larger = 1.8;
/** Sizes between the capital and the rest of its word. */
const reach = 1.2;

/** Puts the large capital of a paragraph before the first of the lines beside it. */
export function withDropCapitals(fragments: readonly Fragment[]): Fragment[] {
  const capitals = fragments.filter(({ text }) => /^["“‘']?\p{Lu}$/u.test(text));
  const changed = new Map<Fragment, Fragment>();
  const gone = new Set<Fragment>();
  for (const capital of capitals) {
    const beside = fragments.filter((line) => isBeside(capital, line)).sort((a, b) => a.baseline - b.baseline);
    const [first] = beside;
    if (first === undefined || !/^\p{Ll}|^\p{Lu}{2}/u.test(first.text) || changed.has(first)) continue;
    gone.add(capital);
    // All of them begin where the capital does.
    for (const line of beside)
      changed.set(line, { ...line, box: [capital.box[0], line.box[1], line.box[2], line.box[3]] });
    const text = capital.text + first.text;
    changed.set(first, { ...(changed.get(first) ?? first), text, runs: [...capital.runs, ...first.runs] });
  }
  return fragments.filter((fragment) => !gone.has(fragment)).map((fragment) => changed.get(fragment) ?? fragment);
}

function isBeside(capital: Fragment, { box, size, baseline, text }: Fragment): boolean {
  const gap = box[0] - capital.box[2];
  return (
    capital.size >= larger * size &&
    text.length > 1 &&
    gap > -0.5 * size &&
    gap < reach * size &&
    centreY(box) > capital.box[1] &&
    baseline < capital.baseline + 0.5 * size
  );
}
