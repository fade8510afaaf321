import { z } from "zod";
import type { MarkdownStructure, Table } from "./markdown-structure.ts";
import { sameText } from "./same-text.ts";

const common = { pdf: z.string(), page: z.int().min(1), max_diffs: z.int().min(0).default(0) };

const pageTest = z.discriminatedUnion("type", [
  z.object({ ...common, type: z.enum(["present", "absent"]), text: z.string() }),
  z.object({ ...common, type: z.literal("order"), before: z.string(), after: z.string() }),
  z.object({
    ...common,
    type: z.literal("table"),
    cell: z.string(),
    up: z.string().optional(),
    down: z.string().optional(),
    left: z.string().optional(),
    right: z.string().optional(),
    top_heading: z.string().optional(),
    left_heading: z.string().optional(),
  }),
]);

/** The tests of pages that stand beside PDFs as `page-tests.json`, in the form of public OCR benchmarks. */
export const pageTests = z.array(pageTest);

export type PageTest = z.infer<typeof pageTest>;

/** Whether a page passes a test; texts may differ in `max_diffs` characters, and in white space and hyphens without bound. */
export function passes(test: PageTest, page: MarkdownStructure): boolean {
  const text = sameText(page.lines.join(""));
  const ends = (wanted: string) => matchEnds(text, sameText(wanted), test.max_diffs);
  switch (test.type) {
    case "present":
      return ends(test.text).length > 0;
    case "absent":
      return ends(test.text).length === 0;
    case "order": {
      const before = Math.min(...ends(test.before));
      return ends(test.after).some((end) => end > before);
    }
    case "table":
      return page.tables.some((table) => hasCell(table, test));
  }
}

function hasCell(table: Table, test: Extract<PageTest, { type: "table" }>): boolean {
  const is = (cell: string | undefined, wanted: string | undefined) =>
    wanted === undefined || (cell !== undefined && isLike(cell, wanted, test.max_diffs));
  return table.some((row, rowAt) =>
    row.some((cell, columnAt) => {
      const above = table.slice(0, rowAt).map((other) => other[columnAt]);
      const before = row.slice(0, columnAt);
      return (
        is(cell, test.cell) &&
        is(table[rowAt - 1]?.[columnAt], test.up) &&
        is(table[rowAt + 1]?.[columnAt], test.down) &&
        is(row[columnAt - 1], test.left) &&
        is(row[columnAt + 1], test.right) &&
        (test.top_heading === undefined || above.some((other) => is(other, test.top_heading))) &&
        (test.left_heading === undefined || before.some((other) => is(other, test.left_heading)))
      );
    }),
  );
}

function isLike(text: string, wanted: string, maxDifferences: number): boolean {
  const [found, sought] = [sameText(text), sameText(wanted)];
  if (found === sought) return true;
  if (Math.abs(found.length - sought.length) > maxDifferences) return false;
  return (edits(found, sought, false).at(-1) ?? 0) <= maxDifferences;
}

/** Where in the text something ends that differs from the wanted in at most so many characters. */
function matchEnds(text: string, wanted: string, maxDifferences: number): number[] {
  if (maxDifferences === 0) {
    const ends: number[] = [];
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) ends.push(at + wanted.length);
    return ends;
  }
  return edits(text, wanted, true).flatMap((distance, end) => (distance <= maxDifferences ? [end] : []));
}

/** Edits from `wanted` to what ends at each place of the text, beginning anywhere or at its start. */
function edits(text: string, wanted: string, anywhere: boolean): number[] {
  let previous = Array.from({ length: text.length + 1 }, (_, at) => (anywhere ? 0 : at));
  for (let row = 1; row <= wanted.length; row += 1) {
    const current = [row];
    for (let at = 1; at <= text.length; at += 1) {
      const changed = (previous[at - 1] ?? 0) + (text[at - 1] === wanted[row - 1] ? 0 : 1);
      current.push(Math.min(changed, (previous[at] ?? 0) + 1, (current[at - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous;
}
