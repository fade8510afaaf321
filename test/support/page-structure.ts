import { withHeadings } from "../../src/pdf/markdown/heading-levels.ts";
import { pageMarkdown } from "../../src/pdf/markdown/page-markdown.ts";
import type { DrawnShape, PageStructure, TextLine, TextRun } from "../../src/pdf/markdown/page-structure.ts";

/** A line of a test page: where it begins, where it stands, and its text; half a size for each letter. */
export type TestLine = [left: number, baseline: number, text: string, style?: Partial<TextRun>];

function textLine([left, baseline, text, style = {}]: TestLine, block = 0): TextLine {
  const run = {
    text,
    size: 10,
    bold: false,
    italic: false,
    monospaced: false,
    raised: false,
    struck: false,
    colour: "#000000",
    ...style,
  };
  const width = 0.5 * run.size * text.length;
  const box = [left, baseline - 0.8 * run.size, left + width, baseline + 0.2 * run.size] as const;
  return { runs: [run], box, baseline, direction: [1, 0], block };
}

export function pageOf(lines: readonly TestLine[], more: Partial<PageStructure> = {}): PageStructure {
  return {
    ...{ widthPt: 600, heightPt: 840, shapes: [], links: [], checkBoxes: [] },
    lines: lines.map((line, at) => textLine(line, at)),
    ...more,
  };
}

/** Lines of one paragraph, `pitch` apart. */
export const paragraph = (left: number, top: number, texts: readonly string[], pitch = 12): TestLine[] =>
  texts.map((text, at) => [left, top + at * pitch, text]);

export const rule = (left: number, top: number, right: number, bottom: number): DrawnShape => ({
  box: [left, top, right, bottom],
  stroked: true,
  rectangular: true,
});

/** The Markdown of these pages as one document, page by page. */
export function markdownOf(...pages: readonly PageStructure[]): string[] {
  const made = pages.map((page) =>
    pageMarkdown(page, page.lines.flatMap(({ runs }) => runs.map(({ text }) => text)).join("\n")),
  );
  return withHeadings(made).map((page) => ("markdown" in page ? page.markdown : `plain: ${page.fallBack}`));
}
