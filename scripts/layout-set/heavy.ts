import type { LayoutDocument } from "./description.ts";
import { type PlacedDocument, pageHeightPt, pageWidthPt } from "./marks.ts";

const cells = (rows: number, columns: number) =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => String((row * columns + column) % 1000)),
  );

/** Pages that ask for the most work: what they cost in Markdown is set against what they cost in plain lines. */
export const heavyDocuments: readonly LayoutDocument[] = [
  {
    name: "table-of-2000-cells",
    language: "english",
    blocks: [{ kind: "table", rows: cells(60, 34), widths: Array.from({ length: 34 }, () => 1), rules: "ruled" }],
  },
  {
    name: "unruled-2000-cells",
    language: "english",
    blocks: [{ kind: "table", rows: cells(60, 34), widths: Array.from({ length: 34 }, () => 1), rules: "none" }],
  },
  {
    name: "page-of-20000-characters",
    language: "english",
    blocks: Array.from({ length: 40 }, (_, at) => ({
      kind: "paragraph" as const,
      text: `Clause ${at + 1}. ${"The contractor keeps the records of the day and hands them over when he is asked. ".repeat(6)}`.trim(),
    })),
  },
];

/** So small that each of them stands on one page. */
export const heavyStyle = {
  ...{ name: "small", body: 4, headings: [1.6, 1.3, 1.1] as const, boldHeadings: true, lineHeight: 1.2 },
  ...{
    latin: "helvetica" as const,
    wordByWord: false,
    justified: false,
    columnByColumn: false,
    filledRules: false,
    marginPt: 20,
  },
};

/** A drawing of so many lines with a title of its own. */
export function drawing(segments: number): PlacedDocument {
  const lines = Array.from({ length: segments }, (_, at) => {
    const x1 = 20 + ((at * 37) % (pageWidthPt - 60));
    const y1 = 20 + ((at * 61) % (pageHeightPt - 200));
    return { type: "line" as const, x1, y1, x2: x1 + 15, y2: y1 + (at % 15), width: 0.5 };
  });
  const title = "Section through the pit of the lift, drawn for the evaluation of text layers; scale one to fifty";
  const at = { x: 40, baseline: pageHeightPt - 60, size: 10, family: "helvetica" as const, bold: false };
  const text = { type: "text" as const, ...at, text: title };
  return { name: "drawing", overflows: false, pages: [{ marks: [...lines, text], truth: [title], fields: [] }] };
}
