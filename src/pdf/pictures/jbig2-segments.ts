/** A segment of a JBIG2 picture. */
export interface Jbig2Segment {
  type: number;
  /** What there is of its data. */
  data: DataView;
}

const endOfFile = 51;
const genericRegion = 38;
const unknownLength = 0xffffffff;
const fileSignature = [0x97, 0x4a, 0x42, 0x32, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/**
 * The segments of a JBIG2 picture (ITU-T T.88, 7.2), up to where their headers make no sense. They are read as the engine
 * reads them (jbig2dec in mupdf 1.28.1), so that it finds none that is not found here: a file header, which a PDF may not
 * embed, is passed over and obeyed, and the retention flags of a long list of references are a byte shorter than the
 * standard has them. Each step goes on by 11 bytes at least.
 */
export function* jbig2Segments(bytes: Uint8Array): Generator<Jbig2Segment> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { start, areHeadersFirst } = readFileHeader(view);
  let headerAt = start;
  let dataAt = areHeadersFirst ? endOfHeaders(view, start) : undefined;
  for (;;) {
    const header = readHeader(view, headerAt);
    if (header === undefined) return;
    const from = Math.min(dataAt ?? header.end, view.byteLength);
    const length = Math.min(lengthOf(view, header, from), view.byteLength - from);
    yield { type: header.type, data: new DataView(view.buffer, view.byteOffset + from, length) };
    if (dataAt === undefined) headerAt = from + length;
    else {
      headerAt = header.end;
      dataAt = from + length;
      if (header.type === endOfFile) return;
    }
  }
}

interface SegmentHeader {
  type: number;
  dataLength: number;
  /** Where the header ends. */
  end: number;
}

function readHeader(view: DataView, at: number): SegmentHeader | undefined {
  if (at + 11 > view.byteLength) return undefined;
  const number = view.getUint32(at);
  const flags = view.getUint8(at + 4);
  const shortCount = view.getUint8(at + 5) >> 5;
  const isLong = shortCount === 7;
  const references = isLong ? view.getUint32(at + 5) & 0x1fffffff : shortCount;
  const flagBytes = isLong ? 4 + Math.floor((references + 1) / 8) : 1;
  const end = at + 5 + flagBytes + references * referenceBytes(number) + (flags & 0x40 ? 4 : 1) + 4;
  if (end > view.byteLength) return undefined;
  return { type: flags & 0x3f, dataLength: view.getUint32(end - 4), end };
}

function referenceBytes(segmentNumber: number): number {
  if (segmentNumber <= 256) return 1;
  return segmentNumber <= 65_536 ? 2 : 4;
}

/** The data of a generic region may say by its end how long they are: a marker and the number of rows. */
function lengthOf(view: DataView, { type, dataLength }: SegmentHeader, from: number): number {
  if (type !== genericRegion || dataLength !== unknownLength || from + 18 > view.byteLength) return dataLength;
  const marker = view.getUint8(from + 17) & 1 ? 0x0000 : 0xffac;
  for (let at = from + 18; at + 6 <= view.byteLength; at += 1) {
    if (view.getUint16(at) === marker) return at + 6 - from;
  }
  return dataLength;
}

function readFileHeader(view: DataView): { start: number; areHeadersFirst: boolean } {
  const isFile = view.byteLength >= 9 && fileSignature.every((byte, index) => view.getUint8(index) === byte);
  if (!isFile) return { start: 0, areHeadersFirst: false };
  const flags = view.getUint8(8);
  return { start: flags & 2 ? 9 : 13, areHeadersFirst: (flags & 1) === 0 };
}

function endOfHeaders(view: DataView, start: number): number {
  for (let at = start; ; ) {
    const header = readHeader(view, at);
    if (header === undefined) return view.byteLength;
    if (header.type === endOfFile) return header.end;
    at = header.end;
  }
}
