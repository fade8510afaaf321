import * as mupdf from "mupdf";
import { pageHeightPt, pageWidthPt } from "../marks.ts";
import type { Fonts } from "../metrics.ts";

/** Typesets HTML by the engine's own reader of it. It knows no columns. */
export function typesetWithMupdf(html: string, fonts: Fonts): Uint8Array {
  mupdf.installLoadFontFunction((name: string, _script: string, bold: boolean) =>
    name === "Sarabun" ? fonts.font("sarabun", bold) : null,
  );
  const source = mupdf.Document.openDocument(new TextEncoder().encode(html), "text/html");
  source.layout(pageWidthPt, pageHeightPt, 11);
  const buffer = new mupdf.Buffer();
  const writer = new mupdf.DocumentWriter(buffer, "pdf", "");
  for (let at = 0; at < source.countPages(); at += 1) {
    const device = writer.beginPage([0, 0, pageWidthPt, pageHeightPt]);
    source.loadPage(at).run(device, mupdf.Matrix.identity);
    writer.endPage();
  }
  writer.close();
  return buffer.asUint8Array().slice();
}
