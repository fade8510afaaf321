import type { Fragment } from "./fragment.ts";

/** Sizes within this ratio of each other are of one kind. */
const ratio = 1.08;
/** A page that is set in type has a size for most of its letters. */
const mostShare = 0.45;
const fewKinds = 5;
/** Sizes so near to the middle one are taken for it. */
const spread = 1.45;

/** Text recognition gives each word a size of its own, which says nothing: there all words of about one size have one. */
export function withSteadySizes(fragments: readonly Fragment[]): Fragment[] {
  const kinds = new Map<number, number>();
  let all = 0;
  for (const { size, text } of fragments) {
    const kind = Math.round(Math.log(Math.max(size, 0.1)) / Math.log(ratio));
    kinds.set(kind, (kinds.get(kind) ?? 0) + text.length);
    all += text.length;
  }
  if (kinds.size <= fewKinds || Math.max(...kinds.values()) >= mostShare * all) return [...fragments];
  const middle = middleSize(fragments, all);
  return fragments.map((fragment) =>
    Math.max(fragment.size / middle, middle / fragment.size) <= spread ? { ...fragment, size: middle } : fragment,
  );
}

function middleSize(fragments: readonly Fragment[], all: number): number {
  let before = 0;
  for (const { size, text } of [...fragments].sort((a, b) => a.size - b.size)) {
    before += text.length;
    if (before * 2 >= all) return size;
  }
  return 10;
}
