import { buildPdf } from "./pdf-builder.ts";

/** A PDF of scanned pages, each with a picture of its own; the same arguments give the same bytes. */
export const scan = (pages: number, name = "page"): Uint8Array<ArrayBuffer> =>
  buildPdf(
    Array.from({ length: pages }, (_, index) => ({
      kind: "scan",
      // Small sheets are rendered and encoded in a tenth of the time of an A4.
      widthPt: 200,
      heightPt: 100,
      lines: [`${name} ${index + 1}`],
    })),
  );
