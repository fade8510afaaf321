import type { ListItem, MarkdownStructure } from "./markdown-structure.ts";
import { sameText } from "./same-text.ts";

export interface ItemScore {
  expected: number;
  /** Items that stand on their own with their number or letter and all their lines. */
  found: number;
  /** Those of them that are as deep in their list as expected. */
  nested: number;
  missed: string[];
}

/** Numbers and letters that Markdown has no list for; such an item may be a paragraph. */
const ownMarker = /^(?:\(?(?:[\u0E50-\u0E59]+|[\u0E01-\u0E2E]|[a-zA-Z]|[ivxIVX]+|\d+(?:\.\d+)*)[.)])|^\d+(?:\.\d+)+/u;

/**
 * Compares list items. A number or letter is part of the text, so `ก.` counts as an item of a list and as a paragraph of
 * its own; a bullet needs the list.
 */
export function scoreItems(found: MarkdownStructure, expected: readonly ListItem[]): ItemScore {
  const items = found.items.map(({ depth, text }) => ({ depth, text: sameText(text) }));
  const lines = found.lines.filter((line) => ownMarker.test(line)).map(sameText);
  const score: ItemScore = { expected: expected.length, found: 0, nested: 0, missed: [] };
  for (const { depth, text } of expected) {
    const wanted = sameText(text);
    const at = items.findIndex((item) => item.text === wanted && item.depth === depth);
    const elsewhere = at < 0 ? items.findIndex((item) => item.text === wanted) : at;
    if (elsewhere < 0 && !lines.includes(wanted)) {
      score.missed.push(text);
      continue;
    }
    score.found += 1;
    if (at >= 0) score.nested += 1;
    if (elsewhere >= 0) items.splice(elsewhere, 1);
  }
  return score;
}
