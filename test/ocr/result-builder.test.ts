import { describe, expect, test } from "bun:test";
import type { PageResult } from "../../src/ocr/page-result.ts";
import { countCodePoints } from "../../src/ocr/page-result.ts";
import { createResultBuilder } from "../../src/ocr/result-builder.ts";

const pageOf = (page: number, source: PageResult["source"], changes: Partial<PageResult> = {}): PageResult => ({
  page,
  source,
  text: `page ${page}`,
  chars: 6,
  attempts: 1,
  ms: 1,
  truncated: false,
  warnings: [],
  ...changes,
});
const error = { code: "ocr_failed", detail: "The model failed." } as const;

function built(...pages: PageResult[]) {
  const result = createResultBuilder([]);
  for (const page of pages) result.add(page);
  return result;
}

describe("the result of a document", () => {
  test("has its pages in order, each with why it was read so, whatever the order in which they finish", () => {
    const heard: PageResult[] = [];
    const result = createResultBuilder(
      [
        { page: 1, reason: "no text layer" },
        { page: 2, reason: "text layer of 6 characters" },
      ],
      (page) => heard.push(page),
    );
    const [first, second, unplanned] = [
      pageOf(1, "np-dms-ocr", { warnings: ["dark"] }),
      pageOf(2, "text-layer", { text: "ก้าว 🏗", warnings: ["faint", "skew"] }),
      pageOf(3, "text-layer", { text: "", error }),
    ];
    for (const page of [unplanned, second, first]) result.add(page);
    const pages = [
      { ...first, reason: "no text layer" },
      { ...second, reason: "text layer of 6 characters" },
      unplanned,
    ];
    expect(heard).toEqual(pages.toReversed());
    expect(result.build("np-dms-ocr", ["two files are attached"])).toEqual({
      text: "page 1\n\nก้าว 🏗",
      ocrUsed: true,
      pageCount: 3,
      charCount: 14,
      engineUsed: "np-dms-ocr",
      warnings: ["two files are attached", "page 1: dark", "page 2: faint", "page 2: skew"],
      pages,
    });
  });

  test.each<[string, PageResult[], "np-dms-ocr" | "tesseract" | undefined, boolean, string]>([
    ["text layers alone", [pageOf(1, "text-layer"), pageOf(2, "blank")], undefined, false, "fast-path"],
    ["no page", [], undefined, false, "fast-path"],
    ["the model", [pageOf(1, "text-layer"), pageOf(2, "np-dms-ocr")], "np-dms-ocr", true, "np-dms-ocr"],
    ["the fallback alone", [pageOf(1, "tesseract")], "np-dms-ocr", true, "tesseract"],
    ["both", [pageOf(1, "tesseract"), pageOf(2, "np-dms-ocr")], "np-dms-ocr", true, "np-dms-ocr"],
    [
      "the fallback, and a page that the model could not read",
      [pageOf(1, "np-dms-ocr", { error }), pageOf(2, "tesseract")],
      "np-dms-ocr",
      true,
      "tesseract",
    ],
    ["a model that read nothing", [pageOf(1, "np-dms-ocr", { error })], "np-dms-ocr", false, "np-dms-ocr"],
  ])("read by %s says so", (_, pages, engineName, ocrUsed, engineUsed) => {
    expect(built(...pages).build(engineName, [])).toMatchObject({ ocrUsed, engineUsed });
  });

  test("counts as kept for a retry what an engine has read, and not what it read empty or failed at", () => {
    const result = built(
      pageOf(1, "text-layer"),
      pageOf(2, "np-dms-ocr"),
      pageOf(3, "np-dms-ocr", { text: "" }),
      pageOf(4, "tesseract"),
      pageOf(5, "np-dms-ocr", { error }),
    );
    expect({ kept: result.keptPages(), read: result.readPages() }).toEqual({ kept: 2, read: 4 });
  });
});

test.each([
  ["", 0],
  ["abc", 3],
  ["🏗️", 2],
  ["a🏗b🏗", 4],
  ["\uD83C", 1],
  ["\uDFD7\uD83C", 2],
  ["ก้", 2],
])("%j has %i code points", (text, count) => {
  expect(countCodePoints(text)).toBe(count);
});
