import { type HeadingScore, scoreHeadings } from "./headings.ts";
import { compareLetters, type LetterDifference, writtenText } from "./letters.ts";
import { type ItemScore, scoreItems } from "./list-items.ts";
import { readMarkdown } from "./markdown-structure.ts";
import { type PageTest, passes } from "./page-tests.ts";
import type { LayerReading } from "./read-layers.ts";
import { scoreTables, type TableScore } from "./tables.ts";
import { wordOrderSimilarity } from "./word-order.ts";

/** How a document came out, against its truth and its page tests where there are any. */
export interface DocumentScore {
  name: string;
  /** Against the plain lines: the rule that no letter is lost or added. */
  letters: LetterDifference;
  /** The same of what a reader of the Markdown is shown: a sign that was not escaped may take letters with it. */
  shown: LetterDifference;
  reading: LayerReading;
  truth?: {
    letters: LetterDifference;
    order: number;
    /** The same of the plain lines. */
    plainOrder: number;
    headings: HeadingScore;
    items: ItemScore;
    tables: TableScore;
  };
  tests: { test: PageTest; passed: boolean }[];
}

export function evaluate(
  name: string,
  reading: LayerReading,
  truth: string | undefined,
  tests: readonly PageTest[],
): DocumentScore {
  const found = readMarkdown(reading.markdown);
  const pages = reading.pages.map(readMarkdown);
  const score: DocumentScore = {
    name,
    reading,
    letters: compareLetters(writtenText(reading.markdown), reading.plain),
    shown: compareLetters(found.lines.join("\n"), reading.plain),
    tests: tests.map((test) => {
      const page = pages[test.page - 1];
      return { test, passed: page !== undefined && passes(test, page) };
    }),
  };
  if (truth === undefined) return score;
  const expected = readMarkdown(truth);
  const text = expected.lines.join("\n");
  return {
    ...score,
    truth: {
      letters: compareLetters(found.lines.join("\n"), text),
      order: wordOrderSimilarity(found.lines.join("\n"), text),
      plainOrder: wordOrderSimilarity(reading.plain, text),
      headings: scoreHeadings(found.headings, expected.headings),
      items: scoreItems(found, expected.items),
      tables: scoreTables(found.tables, expected.tables),
    },
  };
}
