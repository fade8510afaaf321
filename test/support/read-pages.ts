import type { PdfPool } from "../../src/pdf/document.ts";
import { documentFile } from "./document-file.ts";

/** All pages of a PDF as the pool reads them, with what is said of the document. */
export async function readPdf(pool: PdfPool, bytes: Uint8Array) {
  const { signal } = new AbortController();
  const document = await pool.open(documentFile(bytes), "pdf", signal);
  try {
    const numbers = Array.from({ length: document.pageCount }, (_, index) => index + 1);
    const pages = await document.readPages(numbers, signal);
    return { pages, texts: pages.map(({ text }) => text), warnings: document.warnings };
  } finally {
    document.close();
  }
}
