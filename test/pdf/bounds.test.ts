import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import { isPageFault } from "../../src/ocr/page-faults.ts";
import type { PdfPool } from "../../src/pdf/document.ts";
import type { EngineJob, JobResult } from "../../src/pdf/messages.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { openPooledDocument } from "../../src/pdf/pooled-document.ts";
import { onePage, rawPdf, stream } from "../support/bad-documents/raw-pdf.ts";
import { badDocuments } from "../support/bad-documents.ts";
import { documentFile } from "../support/document-file.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { refusalOf } from "../support/refusal-of.ts";

// Drawn pages on a busy machine of two cores.
setDefaultTimeout(60_000);

const { signal } = new AbortController();
const mebibyte = 1024 * 1024;

let pool: PdfPool;
beforeAll(() => {
  pool = createPdfPool({ ...poolOptions, processes: 1, maxProcessMemoryBytes: 64 * mebibyte });
});
afterAll(() => pool.close());

async function codeOf(document: Uint8Array, page = 1): Promise<string> {
  const opened = await pool.open(documentFile(document), "pdf", signal);
  const refusal = await refusalOf(opened.readPages([page], signal));
  opened.close();
  return refusal instanceof SidecarError ? refusal.code : String(refusal);
}

/** A page of 14,400 points with so many lines of text so small that they all lie on it. */
const textPage = (lines: number, line: string) =>
  onePage({
    content: stream("", `BT /F1 1 Tf 1 TL 0 14000 Td ${`(${line}) Tj T* `.repeat(lines)} ET`),
    mediaBox: "0 0 14400 14400",
  });

describe("a page", () => {
  test("whose object is not in the file is damaged, not blank", async () => {
    const lost = rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    ]);
    expect(await codeOf(lost, 2)).toBe("document_damaged");
  });

  test("of which damage has left nothing is damaged, not blank", async () => {
    const broken = onePage({ content: stream("/Filter /FlateDecode", "this has never been deflated") });
    expect(await codeOf(broken)).toBe("document_damaged");
  });

  test("that is empty and sound stays a blank page", async () => {
    const opened = await pool.open(documentFile(onePage({ content: "" })), "pdf", signal);
    expect(await opened.readPages([1], signal)).toMatchObject([{ text: "", drawn: false }]);
    opened.close();
  });

  test("with a million characters is too complex", async () => {
    expect(await codeOf(textPage(1000, "many ".repeat(210)))).toBe("document_too_complex");
  });

  test("with long runs of blanks inside its lines is read without searching them over and over", async () => {
    const opened = await pool.open(
      documentFile(textPage(40, `a${" a".repeat(4)}${" \xa0".repeat(12_000)}b`)),
      "pdf",
      signal,
    );
    const [facts] = await opened.readPages([1], signal);
    expect(facts?.characters).toBeGreaterThan(0);
    opened.close();
  });

  test("that needs more memory than a process may have is too complex, and the next one is read", async () => {
    const bomb = badDocuments.get("forms that double 40 times")?.();
    if (bomb === undefined) throw new Error("no such document");
    expect(await codeOf(bomb)).toBe("document_too_complex");
    const opened = await pool.open(documentFile(onePage({ content: "" })), "pdf", signal);
    expect(await opened.readPages([1], signal)).toHaveLength(1);
    opened.close();
  });
});

test("a document whose text layers are too much together is refused as a whole, however the pages are spread", async () => {
  const facts = { widthPt: 1, heightPt: 1, rotation: 0, characters: 900_000, imageCoverage: 0, pathSegments: 0 };
  const text = "x".repeat(900_000);
  const answer = (job: EngineJob): JobResult => {
    switch (job.type) {
      case "open":
        return { type: "open", pageCount: 100, warnings: [] };
      case "read-pages":
        return {
          type: "read-pages",
          pages: job.pages.map((page) => ({
            ...facts,
            page,
            text,
            drawn: true,
            hiddenCharacters: 0,
            unreadLetters: 0,
            unmapped: "",
            attachedFiles: 0,
            warnings: [],
          })),
        };
      case "render":
      case "plan-tiles":
      case "render-tile":
        throw new Error("nothing is rendered here");
    }
  };
  const opened = await openPooledDocument({
    file: documentFile(new Uint8Array(9)),
    kind: "pdf",
    signal,
    limits: { maxPages: 100, maxPagePixels: 1, fewCharacters: 100, maxTextCharacters: 20_000_000 },
    run: async (job) => answer(job),
    freeProcesses: () => 2,
    refusal: () => undefined,
    forget: () => undefined,
  });
  const pages = Array.from({ length: 30 }, (_, index) => index + 1);
  // Up to page 20 it can be read, however often.
  expect(await opened.readPages(pages.slice(0, 20), signal)).toHaveLength(20);
  for (const page of pages.slice(0, 20)) expect(await opened.readPages([page], signal)).toHaveLength(1);
  const refusal = await refusalOf(opened.readPages(pages, signal));
  expect(refusal).toMatchObject({
    code: "text_too_large",
    status: 413,
    message: expect.stringContaining("up to page"),
  });
  expect(isPageFault(refusal)).toBe(false);
  // Page by page it is no less.
  expect(await refusalOf(opened.readPages([30], signal))).toMatchObject({ code: "text_too_large" });
});
