import { describe, expect, test } from "bun:test";
import * as faults from "../../src/pdf/document-faults.ts";
import { processArguments, processReply, processRequest } from "../../src/pdf/messages.ts";

const facts = {
  ...{ page: 1, widthPt: 595, heightPt: 842, rotation: 0, text: "a", characters: 1, imageCoverage: 1, drawn: true },
  ...{ pathSegments: undefined, hiddenCharacters: 0, unreadLetters: undefined, unmapped: "", attachedFiles: 0 },
  ...{ isCut: false, warnings: ["cut"] },
};
const candidate = {
  ...{ at: 0, text: "Scope", otherwise: "Scope", size: 14, bold: true, italic: false, capitals: false, depth: 1 },
  ...{ apart: true, next: "text", edge: 0.5 },
};
const markdown = { markdown: "# Scope", headings: { candidates: [candidate], styles: [[10, false, 400]] } };
const picture = { png: new Uint8Array(1), widthPx: 1, heightPx: 1, ink: 0, warnings: ["cut"] };
const tile = {
  ...{ left: 0, top: 0, width: 1, height: 1, drawnCells: 1 },
  ...{ leftEdge: [0], rightEdge: [1], topEdge: [0], bottomEdge: [1] },
};
const crossing = { first: 0, second: 1, lines: 1, firstAt: 0.9, secondAt: 0.1 };
const plan = {
  ...{ cellsWide: 1, cellsHigh: 1, tiles: [tile], crossings: [crossing], pageLongestPx: 1, reason: "r" },
  resolutionShare: 1,
};
const done = (result: object) => ({ type: "done", heapBytes: 1, result });
const read = (...pages: object[]) => done({ type: "read-pages", pages });
const document = { key: 0, kind: "pdf", path: "/proc/1/fd/3", sizeBytes: 0 };
const task = (job: object) => ({ type: "task", document, job });
const drawing = { page: 1, longestSidePx: 1, turnDegrees: 270, maxPagePixels: 1 };

/** The same without one of its entries, each in turn. */
const lacking = (whole: object) =>
  Object.keys(whole).map((name) => Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name)));

describe("what a PDF process answers", () => {
  test.each<[string, object]>([
    ["the pages of a document", done({ type: "open", pageCount: 1, warnings: ["mended"] })],
    ["the facts of pages", read(facts, { ...facts, markdown }, { ...facts, markdown: { fallBack: "no lines" } })],
    ["the faults of pages", read({ page: 1, code: "document_damaged", message: "m" })],
    ["that a page is read whole", done({ type: "plan-tiles" })],
    ["a plan", done({ type: "plan-tiles", plan })],
    ["a picture", done({ type: "render", ...picture })],
    ["a piece", done({ type: "render-tile", ...picture })],
    ["the fault of a document", { type: "fault", heapBytes: 1, code: "too_many_pages", message: "m" }],
    ["that its engine is broken", { type: "poisoned", message: "m" }],
  ])("is believed as it is: %s", (_, reply) => {
    expect<unknown>(processReply.parse(reply)).toEqual(reply);
  });

  const needed = Object.entries(facts).filter(([key]) => !["pathSegments", "unreadLetters", "isCut"].includes(key));
  test.each<[string, object[]]>([
    ["a page without one of its facts", lacking(Object.fromEntries(needed)).map((page) => read(page))],
    ["a page with a fact of another kind", [read({ ...facts, page: 0 }), read({ ...facts, imageCoverage: 1.1 })]],
    [
      "less than nothing",
      ["characters", "hiddenCharacters", "attachedFiles"].map((key) => read({ ...facts, [key]: -1 })),
    ],
    ["no page", [read(), done({ type: "open", pageCount: 0, warnings: [] })]],
    ["a fault that documents do not have", [read({ page: 1, code: "internal_error", message: "m" })]],
    [
      "a picture without one of its parts",
      lacking({ ...picture, warnings: undefined })
        .slice(0, 4)
        .map((part) => done({ type: "render", ...part })),
    ],
    [
      "a picture that is none",
      [done({ type: "render", ...picture, png: [1] }), done({ type: "render-tile", ...picture, png: "a" })],
    ],
    ["a picture of no size", ["widthPx", "heightPx"].map((side) => done({ type: "render", ...picture, [side]: 0 }))],
    ["more ink than there are pixels", [1.1, -0.1].map((ink) => done({ type: "render", ...picture, ink }))],
    ["a plan without one of its parts", lacking(plan).map((part) => done({ type: "plan-tiles", plan: part }))],
    [
      "a piece without one of its parts",
      lacking(tile).map((part) => done({ type: "plan-tiles", plan: { ...plan, tiles: [part] } })),
    ],
    [
      "a crossing without one of its parts",
      lacking(crossing).map((part) => done({ type: "plan-tiles", plan: { ...plan, crossings: [part] } })),
    ],
    ["a reply without its memory", [{ type: "done", result: { type: "plan-tiles" } }]],
  ])("is not believed where it is %s", (_, replies) => {
    expect(replies.map((reply) => processReply.safeParse(reply).success)).toEqual(replies.map(() => false));
  });
});

describe("what a PDF process is asked", () => {
  test.each<[string, object]>([
    ["to open", task({ type: "open", maxPages: 1, maxPagePixels: 1 })],
    ["to read", task({ type: "read-pages", pages: [1], fewCharacters: 0, maxPagePixels: 1, format: "markdown" })],
    ["to draw", task({ type: "render", ...drawing })],
    ["to plan", task({ type: "plan-tiles", ...drawing, maxTiles: 1 })],
    ["to draw a piece", task({ type: "render-tile", ...drawing, tile, cellsWide: 1, cellsHigh: 1 })],
    ["to forget", { type: "forget", key: 1 }],
  ])("arrives as it is: %s", (_, request) => {
    expect<unknown>(processRequest.parse(request)).toEqual(request);
  });

  test.each<[string, object]>([
    ["a page before the first", task({ type: "render", ...drawing, page: 0 })],
    ["half a turn too few", task({ type: "render", ...drawing, turnDegrees: 45 })],
    ["no pages", task({ type: "read-pages", pages: [], fewCharacters: 0, maxPagePixels: 1, format: "plain" })],
  ])("is refused where it is %s", (_, request) => {
    expect(processRequest.safeParse(request).success).toBe(false);
  });

  test.each([["1"], ["0"], ["-1"], ["x"], ["1.5"]])("is to keep to a number of bytes: %s", (memory) => {
    expect(processArguments.safeParse([memory]).success).toBe(memory === "1");
  });
});

test.each([
  [
    faults.pictureTooLarge(2, 300, 200, 5_500_000),
    "A picture on page 2 has 300 × 200 pixels; at most 5 megapixels are read.",
  ],
  [
    faults.mendedPageTree(1),
    "the list of the document's pages is damaged; 1 page was found, and others may be missing",
  ],
  [faults.tooManyPages(7, 5), "The document has 7 pages; at most 5 are accepted."],
  [faults.filesAttachedToPages(1), "1 file is attached to places on the pages and not read"],
  [faults.filesAttachedToPages(2), "2 files are attached to places on the pages and not read"],
  [faults.storedFileTooLarge(9, 8), "The file has 9 bytes; at most 8 are accepted."],
  [faults.breaksEngine(undefined), "The document breaks the PDF engine; print it to a new PDF and send that."],
  [
    faults.tooSlowForEngine(3, 1500),
    "Page 3 of the document takes longer than 1.5 s for a page; print it to a new PDF and send that.",
  ],
  [
    faults.replacedText(1, 2),
    "the page has replacement texts (ActualText), which were followed: 1 letters that are drawn are not in the text, and 2 that are not drawn are in it",
  ],
])("a fault is told with its numbers where they belong: %#", (told, sentence) => {
  expect(told).toBe(sentence);
});
