import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { DocumentKind } from "../../src/pdf/document.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { documentFile } from "../support/document-file.ts";
import { buildPdf, type TestPage } from "../support/pdf-builder.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { buildJpeg, buildPng, buildTiff } from "../support/picture-builder.ts";
import { refusalOf } from "../support/refusal-of.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const pool = createPdfPool({ ...poolOptions, maxPages: 60 });
afterAll(() => pool.close());
const { signal } = new AbortController();
const lines = ["page"];
const size = { widthPx: 300, heightPx: 200 };
const pages = (count: number): TestPage[] =>
  Array.from({ length: count }, (_, index) => ({ kind: "text", lines: [`page ${index + 1}`] }));
const bytesOf = (text: string) => new TextEncoder().encode(text);
const pdf = buildPdf(pages(3));

describe("opening a document", () => {
  test("says how many pages it has and what its bytes hash to", async () => {
    const document = await pool.open(documentFile(pdf), "pdf", signal);
    const sha256 = new Bun.CryptoHasher("sha256").update(pdf).digest("hex");
    expect(document).toMatchObject({ kind: "pdf", pageCount: 3, sizeBytes: pdf.length, sha256 });
  });

  test.each<[string, Uint8Array, DocumentKind, string]>([
    ["no bytes at all", new Uint8Array(0), "pdf", "document_damaged"],
    ["a header and nothing else", bytesOf("%PDF-1.7\nnothing"), "pdf", "document_damaged"],
    ["a PDF without pages", buildPdf([]), "pdf", "document_damaged"],
    ["a PDF cut after a tenth", pdf.slice(0, pdf.length / 10), "pdf", "document_damaged"],
    ["HTML that calls itself PDF", bytesOf("<html><p>no PDF</p></html>"), "pdf", "unsupported_file_type"],
    ["a picture that calls itself PDF", buildPng(lines, size), "pdf", "unsupported_file_type"],
    ["a PDF that calls itself a picture", pdf, "png", "unsupported_file_type"],
    ["a PDF with a password", encrypted("secret"), "pdf", "document_encrypted"],
    ["more pages than allowed", buildPdf(pages(61)), "pdf", "too_many_pages"],
    ["half a PNG signature", buildPng(lines, size).slice(0, 8), "png", "document_damaged"],
    ["a JPEG without a picture", buildJpeg(lines, size).slice(0, 20), "jpeg", "document_damaged"],
    ["a TIFF without a picture", buildTiff([lines], size).slice(0, 12), "tiff", "document_damaged"],
  ])("%s is refused with its own code", async (_sentence, bytes, kind, code) => {
    const opened = pool.open(documentFile(bytes), kind, signal);
    expect(await refusalOf(opened)).toMatchObject({ name: "SidecarError", code });
  });

  test("an empty user password opens by itself", async () => {
    const document = await pool.open(documentFile(encrypted("")), "pdf", signal);
    expect((await document.readPages([1], signal))[0]?.text).toBe("page 1");
  });

  test("junk before the header does no harm", async () => {
    const document = await pool.open(documentFile(Buffer.concat([bytesOf("junk\n".repeat(20)), pdf])), "pdf", signal);
    expect((await document.readPages([3], signal))[0]?.text).toBe("page 3");
  });

  test("JavaScript of the document is ignored", async () => {
    const document = await pool.open(documentFile(buildPdf(pages(1), { openAction: "while (true);" })), "pdf", signal);
    expect((await document.readPages([1], signal))[0]?.text).toBe("page 1");
  });

  test("refusals leave no process behind", async () => {
    expect(pool.status()).toMatchObject({ processes: 2, ready: 2, busy: 0, queued: 0, replaced: 0 });
  });
});

describe("reading pages", () => {
  test("pages come in the order asked for, also when several processes read them", async () => {
    const document = await pool.open(documentFile(buildPdf(pages(60))), "pdf", signal);
    const order = Array.from({ length: 60 }, (_, index) => 60 - index);
    const read = await document.readPages(order, signal);
    expect(read.map(({ page, text }) => `${page}: ${text}`)).toEqual(order.map((page) => `${page}: page ${page}`));
  });

  test("gradients in many open documents break none of the others", async () => {
    const one = createPdfPool({ ...poolOptions, processes: 1 });
    const gradient = buildPdf([{ kind: "raw", content: "/Gradient sh /Gradient sh /Gradient sh" }]);
    for (let round = 0; round < 30; round += 1) {
      const drawn = await one.open(documentFile(gradient), "pdf", signal);
      expect(await drawn.readPages([1], signal)).toMatchObject([{ drawn: true }]);
      const sound = await one.open(documentFile(pdf), "pdf", signal);
      expect(await sound.readPages([1], signal)).toMatchObject([{ text: "page 1" }]);
    }
    expect(one.status()).toMatchObject({ replaced: 0 });
    await one.close();
  });

  test("a page is read alike whether or not there is a reason to look at what else is drawn", async () => {
    const curious = createPdfPool({ ...poolOptions, processes: 1, fewCharacters: 1_000_000 });
    const many = Array.from({ length: 40 }, (_, line) => `${line}. The quick brown fox jumps over the lazy dog`);
    const document = buildPdf([
      { kind: "text", lines: many },
      { kind: "text", lines: many, rotation: 90 },
      { kind: "drawing", segments: 50, lines: many },
      { kind: "scan", lines: ["a"], hiddenText: many },
    ]);
    const read = async (reader: typeof pool) => {
      const opened = await reader.open(documentFile(document), "pdf", signal);
      const facts = await opened.readPages([1, 2, 3, 4], signal);
      opened.close();
      return facts.map(({ pathSegments, ...rest }) => rest);
    };
    expect(await read(pool)).toEqual(await read(curious));
    await curious.close();
  });

  test("no pages are no work", async () => {
    const document = await pool.open(documentFile(pdf), "pdf", signal);
    expect(await document.readPages([], signal)).toEqual([]);
  });

  test("text of form fields and annotations is read like any other", async () => {
    const { PDFDocument } = await import("mupdf");
    const form = new PDFDocument();
    form.insertPage(-1, form.addPage([0, 0, 200, 200], 0, {}, ""));
    const note = form.loadPage(0).createAnnotation("FreeText");
    note.setRect([10, 10, 150, 50]);
    note.setContents("filled in");
    note.update();
    const document = await pool.open(documentFile(new Uint8Array(form.saveToBuffer("").asUint8Array())), "pdf", signal);
    expect((await document.readPages([1], signal))[0]).toMatchObject({ text: "filled in", drawn: true });
  });

  test.each<[DocumentKind, Uint8Array, number]>([
    ["png", buildPng(lines, size), 1],
    ["jpeg", buildJpeg(lines, size), 1],
    ["tiff", buildTiff([["one"], ["two"], ["three"]], size), 3],
  ])("a %s is a document whose pages are pictures", async (kind, bytes, pageCount) => {
    const document = await pool.open(documentFile(bytes), kind, signal);
    expect(document.pageCount).toBe(pageCount);
    const [facts] = await document.readPages([pageCount], signal);
    expect(facts).toMatchObject({ page: pageCount, text: "", imageCoverage: 1, drawn: true, rotation: 0 });
  });
});

function encrypted(userPassword: string) {
  return buildPdf(pages(1), { encryption: { userPassword, ownerPassword: "owner" } });
}
