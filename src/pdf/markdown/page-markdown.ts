import { findZonedTables } from "./aligned-tables.ts";
import { blocksOf, isCodeMonospaced } from "./blocks.ts";
import { withCheckBoxes } from "./check-boxes.ts";
import { findContainers } from "./containers.ts";
import { withDropCapitals } from "./drop-capitals.ts";
import { type Fragment, fragmentsOf } from "./fragment.ts";
import type { PageHeadings, StyleCounts } from "./heading-levels.ts";
import { compoundsOf } from "./join-text.ts";
import type { PageStructure } from "./page-structure.ts";
import { regionsOf } from "./reading-order.ts";
import { findRuledTables } from "./ruled-tables.ts";
import { groundEdges, rulesOf } from "./rules.ts";
import { hasSameLetters } from "./same-letters.ts";
import { withSteadySizes } from "./steady-sizes.ts";
import { upright } from "./upright.ts";
import { createWriter, type Writer } from "./writer.ts";

/** A text layer as Markdown, or why the page's lines stay as they are. */
export type PageMarkdown =
  | {
      markdown: string;
      /** What may become its headings when all pages are known; absent once `withHeadings` has marked them. */
      headings?: PageHeadings | undefined;
    }
  | { fallBack: string };

/**
 * The Markdown of one page, without its headings. Pure, and linear but for sorting.
 *
 * @param plain the text layer line by line: not a letter of it may be missing or added
 */
export function pageMarkdown(structure: PageStructure, plain: string): PageMarkdown {
  const { main, others, aslant } = upright(structure);
  const fragments = piecesOf(main);
  const compounds = compoundsOf(fragments.map(({ text }) => text));
  const styles = stylesOf(fragments);
  const textSize = textSizeOf(styles);
  const writer = createWriter(compounds, textSize);
  for (const part of [main, ...others]) writePage(part, part === main ? fragments : piecesOf(part), textSize, writer);
  for (const { text } of fragmentsOf({ lines: aslant, links: [] })) {
    writer.write({ kind: "mark", text }, undefined, structure.heightPt);
  }
  const { markdown, added, candidates } = writer.finish();
  const urls = structure.links.length === 0 ? "" : addedUrls(markdown);
  if (!hasSameLetters(markdown, plain, urls + added)) return { fallBack: "letters would be lost or added" };
  return { markdown, headings: { candidates, styles } };
}

const addedUrls = (markdown: string) =>
  [...markdown.matchAll(/\]\(((?:https?|mailto):[^\s<>()]+)\)/gi)].map(([, url]) => url).join("");

const piecesOf = (page: PageStructure) =>
  withCheckBoxes(withDropCapitals(withSteadySizes(fragmentsOf(page))), page.checkBoxes);

function writePage(page: PageStructure, fragments: readonly Fragment[], textSize: number, writer: Writer): void {
  const rules = rulesOf(page.shapes);
  const ruled = findRuledTables(fragments, rules);
  const zoned = findZonedTables(ruled.rest, rules.horizontal);
  const outside = zoned.rest;
  const { solids, rest } = findContainers(page, outside, [...ruled.tables, ...zoned.tables]);
  const horizontal = [...rules.horizontal, ...groundEdges(page.shapes)];
  const context = { horizontal, codeIsMonospaced: isCodeMonospaced(outside), textSize };
  for (const region of regionsOf(rest, solids)) {
    const blocks = blocksOf(region, context);
    for (const [at, block] of blocks.entries()) writer.write(block, blocks[at + 1], page.heightPt);
  }
}

const textSizeOf = (styles: StyleCounts): number =>
  styles.reduce<StyleCounts[number]>((most, style) => (style[2] > most[2] ? style : most), [10, false, 0])[0];

function stylesOf(fragments: readonly Fragment[]): StyleCounts {
  const counts = new Map<string, [number, boolean, number]>();
  for (const { size, bold, text } of fragments) {
    const rounded = Math.round(size * 2) / 2;
    const key = `${rounded} ${bold}`;
    const held = counts.get(key);
    if (held === undefined) counts.set(key, [rounded, bold, text.length]);
    else held[2] += text.length;
  }
  return [...counts.values()];
}
