import { buildPdf, type TestPage } from "./pdf-builder.ts";

/** A document that is so large because nothing stands behind its pages, which no reader looks into. */
export function paddedPdf(pages: readonly TestPage[], bytes: number): Uint8Array<ArrayBuffer> {
  const small = buildPdf(pages);
  const padded = new Uint8Array(bytes);
  padded.set(small);
  // The tables at the end of the small file are found from here again.
  const tail = small.subarray(Math.max(0, small.byteLength - 2048));
  padded.set(tail, bytes - tail.byteLength);
  return padded;
}
