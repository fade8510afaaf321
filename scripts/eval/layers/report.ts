import type { DocumentScore } from "./evaluate.ts";
import { f1 } from "./headings.ts";
import type { LetterDifference } from "./letters.ts";

type Truth = NonNullable<DocumentScore["truth"]>;

/** The figures of documents together, by the head of their column. */
const columns: Readonly<Record<string, (scores: readonly DocumentScore[], truths: readonly Truth[]) => string>> = {
  letters: (scores) => differences(scores.map(({ letters }) => letters)),
  shown: (scores) => differences(scores.map(({ shown }) => shown)),
  order: (_, truths) => mean(truths.map(({ order }) => order)),
  plain: (_, truths) => mean(truths.map(({ plainOrder }) => plainOrder)),
  headings: (_, truths) => {
    const expected = sum(truths, ({ headings }) => headings.expected);
    const emitted = sum(truths, ({ headings }) => headings.emitted);
    return expected + emitted === 0
      ? "-"
      : f1(
          sum(truths, ({ headings }) => headings.levelled),
          expected,
          emitted,
        ).toFixed(3);
  },
  items: (_, truths) =>
    share(
      sum(truths, ({ items }) => items.found),
      sum(truths, ({ items }) => items.expected),
    ),
  cells: (_, truths) =>
    share(
      sum(truths, ({ tables }) => tables.placed),
      sum(truths, ({ tables }) => tables.cells),
    ),
  next: (_, truths) =>
    share(
      sum(truths, ({ tables }) => tables.neighboured),
      sum(truths, ({ tables }) => tables.cells),
    ),
  rows: (_, truths) =>
    share(
      sum(truths, ({ tables }) => tables.wholeRows),
      sum(truths, ({ tables }) => tables.rows),
    ),
  tables: (_, truths) =>
    `${sum(truths, ({ tables }) => tables.foundTables)}/${sum(truths, ({ tables }) => tables.tables)}`,
  tests: (scores) => {
    const tests = scores.flatMap((score) => score.tests);
    return tests.length === 0 ? "-" : `${tests.filter(({ passed }) => passed).length}/${tests.length}`;
  },
};

export const header = `${"document".padEnd(34)}${Object.keys(columns)
  .map((name) => name.padStart(9))
  .join("")}`;

export const legend = `letters: lost and added against the plain lines, as written and (shown) as a reader of the Markdown sees them;
order: words in the order of the truth, of Markdown and of plain lines; headings: F1 with levels; items: of lists;
cells: with right row and column; next: with their neighbours; rows: whole ones; tables: found/expected; tests: of pages.`;

/** One line of figures for documents together; of one document, or of many. */
export function figures(name: string, scores: readonly DocumentScore[]): string {
  const truths = scores.flatMap(({ truth }) => (truth === undefined ? [] : [truth]));
  const values = Object.values(columns).map((value) => value(scores, truths).padStart(9));
  return `${name.slice(0, 33).padEnd(34)}${values.join("")}`;
}

/** What came out wrong in one document, a line for each. */
export function faults({ letters, shown, reading, truth, tests }: DocumentScore): string[] {
  const all = [
    ...reading.fallBacks.map(({ page, reason }) => `page ${page} stayed plain: ${reason}`),
    ...(letters.named.length > 0 ? [`letters against the plain lines: ${letters.named.join(" ")}`] : []),
    ...(shown.named.length > 0
      ? [`letters that a reader of the Markdown sees otherwise: ${shown.named.join(" ")}`]
      : []),
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

/** How often pages stayed plain, and why; what the figures are shares of; and times where they were taken. */
export function summary(scores: readonly DocumentScore[]): string[] {
  const truths = scores.flatMap(({ truth }) => (truth === undefined ? [] : [truth]));
  const pages = sum(scores, ({ reading }) => reading.pages.length);
  const reasons = Map.groupBy(
    scores.flatMap(({ reading }) => reading.fallBacks),
    ({ reason }) => reason,
  );
  const headings = (of: "expected" | "found" | "levelled" | "emitted") => sum(truths, (truth) => truth.headings[of]);
  const tables = (of: "rows" | "wholeRows" | "invented") => sum(truths, (truth) => truth.tables[of]);
  return [
    `${scores.length} documents, ${pages} pages; ${sum(scores, ({ reading }) => reading.fallBacks.length)} stayed plain`,
    ...[...reasons].map(([reason, all]) => `  ${all.length} × ${reason}`),
    `headings: ${headings("found")} of ${headings("expected")} found, ${headings("levelled")} on the right level, ${headings("emitted")} emitted`,
    `rows of tables: ${tables("wholeRows")} of ${tables("rows")} whole; cells invented: ${tables("invented")}`,
    `letters against the truth: ${differences(truths.map(({ letters }) => letters))}`,
    ...timeLines(scores),
  ];
}

/** Times in the median, because others use the machine too, and the page that Markdown slows down most. */
export function timeLines(scores: readonly DocumentScore[]): string[] {
  const pages = scores.flatMap(({ name, reading }) =>
    reading.times.map((times, at) => ({ ...times, name, page: at + 1 })),
  );
  const [first, ...others] = pages;
  if (first === undefined) return [];
  const worst = others.reduce((a, b) => (b.markdown / b.plain > a.markdown / a.plain ? b : a), first);
  const plain = median(pages.map((page) => page.plain));
  const markdown = median(pages.map((page) => page.markdown));
  return [
    `${plain.toFixed(2)} ms a page in plain lines, ${markdown.toFixed(2)} in Markdown, in the median`,
    `longest beside its plain lines: ${worst.markdown.toFixed(1)} against ${worst.plain.toFixed(1)} ms, page ${worst.page} of ${worst.name}`,
  ];
}

const sum = <Value>(values: readonly Value[], of: (value: Value) => number) =>
  values.reduce((total, value) => total + of(value), 0);

const mean = (values: readonly number[]) =>
  values.length === 0 ? "-" : (sum(values, (value) => value) / values.length).toFixed(3);

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const share = (part: number, whole: number) => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)}%`);

const differences = (all: readonly LetterDifference[]) =>
  `-${sum(all, ({ lost }) => lost)}+${sum(all, ({ added }) => added)}`;
