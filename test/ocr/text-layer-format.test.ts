import { describe, expect, test } from "bun:test";
import type { EnginePipeline } from "../../src/ocr/engines/engine-pipeline.ts";
import { judgeLayers } from "../../src/ocr/layer/judge.ts";
import { withoutSigns } from "../../src/ocr/layer/layer-text.ts";
import { readDocument } from "../../src/ocr/read-document.ts";
import type { OcrRequest } from "../../src/ocr/request.ts";
import type { OpenDocument, PageFacts, TextLayerFormat } from "../../src/pdf/document.ts";
import { ocrRequest } from "../support/ocr-request.ts";

const plain = "No. 12/2568\nDear Sir,\nthe drawings are approved.".padEnd(200, ".");
const facts: PageFacts = {
  page: 1,
  widthPt: 595,
  heightPt: 842,
  rotation: 0,
  text: plain,
  characters: 180,
  imageCoverage: 0,
  pathSegments: 0,
  drawn: true,
  hiddenCharacters: 0,
  unreadLetters: 0,
  unmapped: "",
  attachedFiles: 0,
  warnings: [],
};

/** A document of one typed page, whose Markdown is what is given, and the formats it was asked for. */
function typed(markdown: PageFacts["markdown"]) {
  const asked: (TextLayerFormat | undefined)[] = [];
  const document: OpenDocument = {
    kind: "pdf",
    pageCount: 1,
    warnings: [],
    sizeBytes: 1000,
    sha256: "0".repeat(64),
    readPages: async (_pages, _signal, format) => {
      asked.push(format);
      return [format === "markdown" ? { ...facts, markdown } : facts];
    },
    render: () => Promise.reject(new Error("nothing is rendered")),
    planTiles: async () => undefined,
    renderTile: () => Promise.reject(new Error("nothing is rendered")),
    close: () => undefined,
  };
  return { document, asked };
}

const request: OcrRequest = { ...ocrRequest, textLayerFormat: "markdown" };

/** No page of these documents is read by an engine. */
const noEngine = (): EnginePipeline => {
  throw new Error("no engine was expected");
};
const options = {
  charThreshold: 100,
  trustScannerText: false,
  pipelines: {
    get primary() {
      return noEngine();
    },
    get embedded() {
      return noEngine();
    },
    fallback: undefined,
  },
};
const read = (document: OpenDocument, asked: Partial<OcrRequest> = {}) =>
  readDocument(options, document, { ...request, ...asked }, new AbortController().signal);

describe("a text layer is answered", () => {
  test("as Markdown, with its characters counted as they are returned", async () => {
    const { document, asked } = typed({ markdown: "No. 12/2568\n\n**Dear Sir,** the drawings are approved." });
    const { text, charCount, pages, warnings } = await read(document);
    expect({ text, charCount, warnings }).toEqual({
      text: "No. 12/2568\n\n**Dear Sir,** the drawings are approved.",
      charCount: 53,
      warnings: [],
    });
    const reason = "text layer of 180 characters";
    expect(pages).toMatchObject([{ source: "text-layer", format: "markdown", chars: 53, reason }]);
    expect(asked).toEqual(["markdown"]);
  });

  test("as lines where that is asked for, without the work for Markdown", async () => {
    const { document, asked } = typed({ markdown: "never" });
    const { text, pages } = await read(document, { textLayerFormat: "plain" });
    expect(text).toBe(plain);
    expect(pages).toMatchObject([{ format: "plain", reason: "text layer of 180 characters" }]);
    expect(asked).toEqual(["plain"]);
  });

  test("as lines where no Markdown could be made: the reason says why, and nobody is warned", async () => {
    const { document } = typed({ fallBack: "a letter would be lost" });
    const { text, pages, warnings } = await read(document, {});
    expect(text).toBe(plain);
    expect(warnings).toEqual([]);
    const reason = "text layer of 180 characters as plain lines: a letter would be lost";
    expect(pages).toMatchObject([{ format: "plain", reason, warnings: [] }]);
  });
});

describe("repair and judgement", () => {
  const judged = async (page: Partial<PageFacts>) => {
    const [layer] = await judgeLayers([{ ...facts, ...page }], false, new AbortController().signal);
    if (layer === undefined) throw new Error("no layer");
    return layer;
  };

  test("reach over the line ends that Markdown joins", async () => {
    const { text, repairs, verdict } = await judged({
      text: "กำหนดวันที\n่ ส่งมอบ",
      markdown: { markdown: "กำหนดวันที ่ส่งมอบ" },
    });
    expect({ text, trusted: verdict.trusted }).toEqual({ text: "กำหนดวันที่ส่งมอบ", trusted: true });
    expect(Object.values(repairs)).toEqual([1]);
  });

  test("do not take a sparse table for a page of symbols", async () => {
    const row = "| 1 | | | 2 |\n";
    const markdown = `| a | b | c | d |\n| --- | --- | --- | --- |\n${row.repeat(40)}`;
    expect((await judged({ text: "1 2\n".repeat(40), markdown: { markdown } })).verdict.trusted).toBe(true);
  });

  test.each([
    ["| a | b |\n| --- | ---: |\n| 1 | 2 |", "  a   b  \n\n  1   2  "],
    ["2 \\* 3 \\| 4", "2 * 3   4"],
    ["C:\\temp", "C:\\temp"],
    ["ราคา --- บาท", "ราคา --- บาท"],
    ["12 ม.<sup>2</sup> \\<sup>", "12 ม.2 <sup>"],
    ["fee ~~900~~ 850 \\~~", "fee 900 850 ~~"],
  ])("the signs of %j do not count", (markdown, text) => {
    expect(withoutSigns(markdown)).toBe(text);
  });
});
