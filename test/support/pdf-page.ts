import * as mupdf from "mupdf";
import { captureEngineLog } from "../../src/pdf/engine/log.ts";

// What the engine says of damaged documents is not for the output of tests.
captureEngineLog();

/** The first page of a PDF, opened in this process. */
export function withPdfPage<Value>(bytes: Uint8Array, use: (page: mupdf.PDFPage) => Value): Value {
  const document = mupdf.Document.openDocument(bytes, "application/pdf");
  const page = document.loadPage(0);
  try {
    if (page instanceof mupdf.PDFPage) return use(page);
    throw new Error("it is no page of a PDF");
  } finally {
    page.destroy();
    document.destroy();
  }
}

/** What the first page of a PDF draws. */
export const withList = <Value>(bytes: Uint8Array, use: (list: mupdf.DisplayList, box: mupdf.Rect) => Value): Value =>
  withPdfPage(bytes, (page) => {
    const list = page.toDisplayList(true);
    try {
      return use(list, page.getBounds());
    } finally {
      list.destroy();
    }
  });
