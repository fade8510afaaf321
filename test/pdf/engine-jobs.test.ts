import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mupdf from "mupdf";
import { createOpenDocuments, runJob } from "../../src/pdf/engine/jobs.ts";
import { captureEngineLog } from "../../src/pdf/engine/log.ts";
import { cluesOf } from "../../src/pdf/engine/page-clues.ts";
import type { EngineJob } from "../../src/pdf/messages.ts";
import { buildPdf, type TestPage } from "../support/pdf-builder.ts";

let folder: string;
beforeAll(async () => {
  // What the engine says of damaged documents is not for the output of tests.
  captureEngineLog();
  folder = await mkdtemp(join(tmpdir(), "engine-jobs-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const documents = createOpenDocuments(4);
let key = 0;

async function run(bytes: Uint8Array, job: EngineJob) {
  key += 1;
  const path = join(folder, `${key}.pdf`);
  await Bun.write(path, bytes);
  try {
    return runJob(documents, { key, kind: "pdf", path, sizeBytes: bytes.length }, job);
  } finally {
    documents.close(key);
  }
}

/** A document of these pages with what `change` makes of the first. */
function changed(
  pages: readonly TestPage[],
  change: (page: mupdf.PDFObject, document: mupdf.PDFDocument) => void,
): Uint8Array {
  const document = mupdf.PDFDocument.openDocument(buildPdf(pages), "application/pdf");
  if (!(document instanceof mupdf.PDFDocument)) throw new Error("it is no PDF");
  change(document.findPage(0), document);
  const bytes = new Uint8Array(document.saveToBuffer("").asUint8Array());
  document.destroy();
  return bytes;
}

const text: TestPage = { kind: "text", lines: ["one"] };
const bounds = { fewCharacters: 0, maxPagePixels: 1e6, format: "plain" } as const;

test.each([
  [3, 3],
  [2, "too_many_pages"],
])("a document of three pages is opened where %d are accepted: %p", async (maxPages, outcome) => {
  const opened = await run(buildPdf([text, text, text]), { type: "open", maxPages, maxPagePixels: 1 }).catch(
    (error: unknown) => error,
  );
  expect(opened).toMatchObject(typeof outcome === "number" ? { pageCount: outcome } : { code: outcome });
});

test.each([
  [0, 0],
  [90, 90],
  [450, 90],
  [-90, 270],
  [-360, 0],
  [89, 90],
])("a page that asks to be turned by %d degrees is turned by %d", async (rotation, expected) => {
  const bytes = changed([text], (page) => page.put("Rotate", rotation));
  const result = await run(bytes, { type: "read-pages", pages: [1], ...bounds });
  expect(result).toMatchObject({ pages: [{ page: 1, rotation: expected, characters: 3, text: "one" }] });
});

test("pages that are at fault are told in their place, and the others are read", async () => {
  const bytes = changed([text, text], (page, document) => document.deleteObject(page));
  const result = await run(bytes, { type: "read-pages", pages: [1, 2], ...bounds });
  expect(result).toMatchObject({
    pages: [
      { page: 1, code: "document_damaged" },
      { page: 2, text: "one" },
    ],
  });
});

test.each<[string, TestPage, (page: mupdf.PDFObject, document: mupdf.PDFDocument) => void, object]>([
  ["that is not there", text, (page, document) => document.deleteObject(page), { code: "document_damaged" }],
  [
    "whose content is no content",
    { kind: "blank" },
    (page, document) => page.put("Contents", document.addRawStream("nonsense", { Filter: "FlateDecode" })),
    { code: "document_damaged" },
  ],
  ["that is blank", { kind: "blank" }, () => undefined, { text: "", drawn: false }],
])("a page %s is told as such, as often as it is read", async (_, page, change, expected) => {
  const result = await run(changed([page], change), { type: "read-pages", pages: [1, 1], ...bounds });
  expect(result).toMatchObject({ pages: [{ ...expected }, { ...expected }] });
});

describe("why all that is drawn on a page is to be looked at", () => {
  const calm = { look: false, unmappedFont: false, replacesText: false, isCut: false };
  const content = (operators: string): TestPage => ({ kind: "raw", content: operators });
  const words = "BT /F1 10 Tf 50 700 Td (one) Tj ET";
  const form = (document: mupdf.PDFDocument, operators: string, entries: object = {}) =>
    document.addStream(operators, { Type: "XObject", Subtype: "Form", BBox: [0, 0, 9, 9], ...entries });
  const resources = (page: mupdf.PDFObject) => page.getInheritable("Resources");

  const noStates = (page: mupdf.PDFObject) => resources(page).delete("ExtGState");

  test.each<[string, TestPage, (page: mupdf.PDFObject, document: mupdf.PDFDocument) => void, Partial<typeof calm>]>([
    ["plain text", content(words), noStates, {}],
    ["a text that hides", content(`3 Tr ${words}`), noStates, { look: true }],
    [
      "a form that hides text",
      text,
      (page, pdf) => resources(page).put("XObject", { F: form(pdf, `3 Tr ${words}`) }),
      { look: true },
    ],
    [
      "a form within a form",
      text,
      (page, pdf) => {
        const inner = form(pdf, `3 Tr ${words}`);
        resources(page).put("XObject", { F: form(pdf, "/I Do", { Resources: { XObject: { I: inner } } }) });
      },
      { look: true },
    ],
    [
      "more forms than are looked at",
      text,
      (page, pdf) => {
        resources(page).put(
          "XObject",
          Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`F${at}`, form(pdf, words)])),
        );
      },
      { look: true, replacesText: true },
    ],
    [
      "as many forms as are looked at",
      text,
      (page, pdf) => {
        resources(page).put(
          "XObject",
          Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`F${at}`, form(pdf, words)])),
        );
      },
      {},
    ],
    [
      "a state of little opacity",
      text,
      (page) => resources(page).put("ExtGState", { G: { ca: 0.29 } }),
      { look: true },
    ],
    ["a state of some opacity", text, (page) => resources(page).put("ExtGState", { G: { ca: 0.3, CA: 1 } }), {}],
    ["strokes of little opacity", text, (page) => resources(page).put("ExtGState", { G: { CA: 0.1 } }), { look: true }],
    [
      "a state with a mask",
      text,
      (page) => resources(page).put("ExtGState", { G: { SMask: { S: "Alpha" } } }),
      { look: true },
    ],
    ["a state without a mask", text, (page) => resources(page).put("ExtGState", { G: { SMask: "None" } }), {}],
    ["a replacement text", content(`/Span <</ActualText (x)>> BDC ${words} EMC`), noStates, { replacesText: true }],
    [
      "a name with an escape",
      content(`/Span <</Actual#54ext (x)>> BDC ${words} EMC`),
      noStates,
      { replacesText: true },
    ],
    [
      "a replacement text by its name",
      text,
      (page) => resources(page).put("Properties", { P: { ActualText: "x" } }),
      { replacesText: true },
    ],
    ["a text that does not end", content("BT /F1 10 Tf 50 700 Td (one) Tj"), noStates, { isCut: true }],
    ["a word that looks like an end", content("BT /F1 10 Tf 50 700 Td (one) Tj /SETS gs"), noStates, { isCut: true }],
    [
      "a drawn font without a map",
      text,
      (page) => resources(page).put("Font", { F1: { Type: "Font", Subtype: "Type3" } }),
      { unmappedFont: true },
    ],
    [
      "a font with a map",
      text,
      (page, pdf) => resources(page).put("Font", { F1: { Subtype: "Type3", ToUnicode: pdf.addStream("", {}) } }),
      {},
    ],
    [
      "a font of codes alone",
      text,
      (page) => resources(page).put("Font", { F1: { Subtype: "Type0", Encoding: "Identity-H" } }),
      { unmappedFont: true },
    ],
    [
      "a font of known codes",
      text,
      (page) => resources(page).put("Font", { F1: { Subtype: "Type0", Encoding: "UniJIS-UTF16-H" } }),
      {},
    ],
    [
      "an embedded font without an encoding",
      text,
      (page, pdf) =>
        resources(page).put("Font", {
          F1: { Subtype: "TrueType", FontDescriptor: { FontFile2: pdf.addStream("x", {}) } },
        }),
      { unmappedFont: true },
    ],
    [
      "one with an encoding",
      text,
      (page, pdf) =>
        resources(page).put("Font", {
          F1: {
            Subtype: "TrueType",
            Encoding: "WinAnsiEncoding",
            FontDescriptor: { FontFile2: pdf.addStream("x", {}) },
          },
        }),
      {},
    ],
    ["one that is not embedded", text, (page) => resources(page).put("Font", { F1: { Subtype: "TrueType" } }), {}],
  ])("is found in %s", (_, made, change, expected) => {
    const document = mupdf.PDFDocument.openDocument(changed([made], change), "application/pdf");
    const page = document.loadPage(0);
    if (!(page instanceof mupdf.PDFPage)) throw new Error("it is no page of a PDF");
    expect(cluesOf(page)).toEqual({ ...calm, ...expected });
    page.destroy();
    document.destroy();
  });
});
