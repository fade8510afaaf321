import type { DocumentScore } from "./evaluate.ts";
import { f1 } from "./headings.ts";

const columns = [
  "letters",
  "shown",
  "order",
  "plain",
  "headings",
  "items",
  "cells",
  "next",
  "rows",
  "tables",
  "tests",
  "ms",
  "x",
];

export const header = `${"document".padEnd(34)}${columns.map((name) => name.padStart(9)).join("")}`;

export const legend = `letters: lost and added against the plain lines, and (shown) in what a reader of the Markdown sees; order: words in the order of the truth, for Markdown and plain lines;
headings: F1 with levels; items: of lists; cells: with right row and column; next: with their neighbours; rows: whole ones;
tables: found of expected; tests: of pages; ms: a page in Markdown; x: the slowest page against its plain lines.`;

/** One line of figures for documents together; of one document, or of many. */
export function figures(name: string, scores: readonly DocumentScore[]): string {
  const truths = scores.flatMap(({ truth }) => (truth === undefined ? [] : [truth]));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const share = (part: number, whole: number) => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)}%`);
  const mean = (values: readonly number[]) => (values.length === 0 ? "-" : (sum(values) / values.length).toFixed(3));
  const headings = truths.map((truth) => truth.headings);
  const tables = truths.map((truth) => truth.tables);
  const items = truths.map((truth) => truth.items);
  const tests = scores.flatMap((score) => score.tests);
  const wanted = sum(headings.map(({ expected }) => expected));
  const emitted = sum(headings.map((heading) => heading.emitted));
  const cells = sum(tables.map((table) => table.cells));
  const pages = scores.flatMap(({ reading }) => reading.pages).length;
  const values = [
    `-${sum(scores.map(({ letters }) => letters.lost))}+${sum(scores.map(({ letters }) => letters.added))}`,
    mean(truths.map(({ order }) => order)),
    mean(truths.map(({ plainOrder }) => plainOrder)),
    wanted + emitted === 0 ? "-" : f1(sum(headings.map(({ levelled }) => levelled)), wanted, emitted).toFixed(3),
    share(sum(items.map(({ found }) => found)), sum(items.map(({ expected }) => expected))),
    share(sum(tables.map(({ placed }) => placed)), cells),
    share(sum(tables.map(({ neighboured }) => neighboured)), cells),
    share(sum(tables.map(({ wholeRows }) => wholeRows)), sum(tables.map(({ rows }) => rows))),
    `${sum(tables.map(({ foundTables }) => foundTables))}/${sum(tables.map((table) => table.tables))}`,
    tests.length === 0 ? "-" : `${tests.filter(({ passed }) => passed).length}/${tests.length}`,
    (sum(scores.map(({ reading }) => reading.markdownMs * reading.pages.length)) / Math.max(1, pages)).toFixed(2),
    Math.max(0, ...scores.map(({ reading }) => reading.worstRatio)).toFixed(1),
  ];
  return `${name.slice(0, 33).padEnd(34)}${values.map((value) => value.padStart(9)).join("")}`;
}

/** What came out wrong in one document, a line for each. */
export function faults({ letters, reading, truth, tests }: DocumentScore): string[] {
  const all = [
    ...reading.fallBacks.map(({ page, reason }) => `page ${page} stayed plain: ${reason}`),
    ...(letters.named.length > 0 ? [`letters against the plain lines: ${letters.named.join(" ")}`] : []),
    ...tests.filter(({ passed }) => !passed).map(({ test }) => `test failed: ${JSON.stringify(test)}`),
  ];
  if (truth === undefined) return all;
  const { headings, items, tables, order } = truth;
  if (order < 0.97) all.push(`word order ${order.toFixed(3)}`);
  const level = headings.found - headings.levelled;
  if (level > 0) all.push(`${level} headings on the wrong level`);
  return [
    ...all,
    ...headings.missed.map((heading) => `heading missed: ${heading}`),
    ...headings.invented.map((heading) => `heading invented: ${heading}`),
    ...items.missed.map((item) => `list item missed: ${item}`),
    ...tables.misplaced.map((cell) => `cell misplaced: ${cell}`),
    ...(tables.invented > 0 ? [`${tables.invented} cells in tables that should not be there`] : []),
  ];
}

/** How often pages stayed plain, and why; and the longest way that Markdown took beside plain lines. */
export function summary(scores: readonly DocumentScore[]): string[] {
  const pages = scores.flatMap(({ reading }) => reading.pages).length;
  const reasons = Map.groupBy(
    scores.flatMap(({ reading }) => reading.fallBacks.map(({ reason }) => reason)),
    (reason) => reason,
  );
  const fallBacks = [...reasons.values()].flat().length;
  const plainMs = scores.reduce((total, { reading }) => total + reading.plainMs * reading.pages.length, 0) / pages;
  const markdownMs =
    scores.reduce((total, { reading }) => total + reading.markdownMs * reading.pages.length, 0) / pages;
  const truths = scores.flatMap(({ truth }) => (truth === undefined ? [] : [truth]));
  const total = (value: (truth: (typeof truths)[number]) => number) =>
    truths.reduce((all, truth) => all + value(truth), 0);
  return [
    `${scores.length} documents, ${pages} pages; ${fallBacks} stayed plain`,
    ...[...reasons].map(([reason, all]) => `  ${all.length} × ${reason}`),
    `${plainMs.toFixed(2)} ms a page in plain lines, ${markdownMs.toFixed(2)} in Markdown`,
    `headings: ${total(({ headings }) => headings.found)} of ${total(({ headings }) => headings.expected)} found, ${total(({ headings }) => headings.levelled)} on the right level, ${total(({ headings }) => headings.emitted)} emitted`,
    `rows of tables: ${total(({ tables }) => tables.wholeRows)} of ${total(({ tables }) => tables.rows)} whole; cells invented: ${total(({ tables }) => tables.invented)}`,
    `letters against the truth: ${total(({ letters }) => letters.lost)} lost, ${total(({ letters }) => letters.added)} added`,
  ];
}
