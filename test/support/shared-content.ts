import { deflateSync } from "node:zlib";
import { rawPdf, stream } from "./bad-documents/raw-pdf.ts";

/** A small PDF of many pages that all show one content stream, in Helvetica as `F1` on 600 × 800 points. */
export function pagesOfOneContent(pages: number, content: string): Uint8Array<ArrayBuffer> {
  const firstPage = 5;
  const kids = Array.from({ length: pages }, (_, page) => `${page + firstPage} 0 R`).join(" ");
  const page =
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R /Resources << /Font << /F1 4 0 R >> >> >>";
  return new Uint8Array(
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
      stream("/Filter /FlateDecode", deflateSync(content).toString("latin1")),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
      ...Array<string>(pages).fill(page),
    ]),
  );
}
