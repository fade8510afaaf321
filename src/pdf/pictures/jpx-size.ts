import type { PictureSize } from "./picture-size.ts";

/** Types of boxes: jp2h, pclr, jp2c. */
const boxTypes = { header: 0x6a703268, palette: 0x70636c72, codestream: 0x6a703263 } as const;

const startOfCodestream = 0xff4f;
const sizeMarker = 0xff51;
/** Chance puts one into 36 kB of coded data. Where there are more nobody has lost the marker, and it cannot be told which counts. */
const maxMarkers = 10_000;
/** Of the marker segment up to the number of components. */
const sizeBytes = 40;

/**
 * What a JPEG 2000 picture says of itself in the SIZ marker segment of its code stream (ITU-T T.800, A.5.1), bare or in
 * boxes (annex I); a palette makes as many components as it has columns. The dimensions that the boxes repeat are not
 * asked: decoders allocate by the code stream. Where the marker does not stand where it must, the largest that can be
 * found anywhere counts, because a decoder may search as well.
 *
 * @returns undefined when there is none
 */
export function jpxSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isBare = view.byteLength >= 2 && view.getUint16(0) === startOfCodestream;
  const { codestreamAt, paletteColumns } = isBare ? { codestreamAt: 0, paletteColumns: 0 } : readBoxes(view);
  const size = sizeBehindStart(view, codestreamAt) ?? largestSize(bytes, view);
  return size && { ...size, components: Math.max(size.components, paletteColumns) };
}

function sizeBehindStart(view: DataView, at: number | undefined): PictureSize | undefined {
  if (at === undefined || at + 4 > view.byteLength) return undefined;
  if (view.getUint16(at) !== startOfCodestream || view.getUint16(at + 2) !== sizeMarker) return undefined;
  return readSize(view, at + 2);
}

function largestSize(bytes: Uint8Array, view: DataView): PictureSize | undefined {
  const searched = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marker = Buffer.from([0xff, 0x51]);
  let largest: PictureSize | undefined;
  let found = 0;
  for (let at = searched.indexOf(marker); at !== -1; at = searched.indexOf(marker, at + 2)) {
    found += 1;
    if (found > maxMarkers) return { widthPx: 0, heightPx: 0, components: 0, tiles: Number.POSITIVE_INFINITY };
    const size = readSize(view, at);
    if (size && (largest === undefined || valuesOf(size) > valuesOf(largest))) largest = size;
  }
  return largest;
}

/** @param at where the marker stands */
function readSize(view: DataView, at: number): PictureSize | undefined {
  if (at + sizeBytes > view.byteLength) return undefined;
  const widthPx = view.getUint32(at + 6) - view.getUint32(at + 14);
  const heightPx = view.getUint32(at + 10) - view.getUint32(at + 18);
  const [tileWidthPx, tileHeightPx] = [view.getUint32(at + 22), view.getUint32(at + 26)];
  if (widthPx <= 0 || heightPx <= 0 || tileWidthPx === 0 || tileHeightPx === 0) return undefined;
  const columns = Math.ceil((view.getUint32(at + 6) - view.getUint32(at + 30)) / tileWidthPx);
  const rows = Math.ceil((view.getUint32(at + 10) - view.getUint32(at + 34)) / tileHeightPx);
  return { widthPx, heightPx, components: view.getUint16(at + 38), tiles: Math.max(1, columns * rows) };
}

const valuesOf = ({ widthPx, heightPx, components, tiles }: PictureSize) => (widthPx * heightPx + tiles) * components;

interface Boxes {
  codestreamAt: number | undefined;
  paletteColumns: number;
}

/** Boxes follow each other by 8 bytes at least; those of the header are the only ones whose inside is looked at. */
function readBoxes(view: DataView): Boxes {
  let paletteColumns = 0;
  for (let at = 0; at + 8 <= view.byteLength; ) {
    const box = readBox(view, at);
    if (box.type === boxTypes.codestream) return { codestreamAt: box.dataAt, paletteColumns };
    if (box.type === boxTypes.palette && box.dataAt + 3 <= view.byteLength) {
      paletteColumns = Math.max(paletteColumns, view.getUint8(box.dataAt + 2));
    }
    if (box.end <= at) break;
    at = box.type === boxTypes.header ? box.dataAt : box.end;
  }
  return { codestreamAt: undefined, paletteColumns };
}

function readBox(view: DataView, at: number): { type: number; dataAt: number; end: number } {
  const length = view.getUint32(at);
  const type = view.getUint32(at + 4);
  if (length === 0) return { type, dataAt: at + 8, end: view.byteLength };
  if (length !== 1 || at + 16 > view.byteLength) return { type, dataAt: at + 8, end: at + Math.max(length, 8) };
  return { type, dataAt: at + 16, end: at + Number(view.getBigUint64(at + 8)) };
}
