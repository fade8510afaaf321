/** The fields of a directory of a TIFF that tell what it holds, each as its first value. */
export type TiffDirectory = ReadonlyMap<number, number>;

/** Of the fields that are asked for (TIFF 6.0). */
export const tiffTag = {
  newSubfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  subfileType: 255,
  orientation: 274,
  samplesPerPixel: 277,
  planarConfiguration: 284,
  sampleFormat: 339,
} as const;

/** Far more than any scanner writes; each costs a step. */
const maxDirectories = 10_000;
const entryBytes = 12;
/** Sizes of the types that hold one number: byte, short, long. */
const typeBytes: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
]);

/**
 * The directories of a TIFF, or of EXIF data, in order. Stops where the chain leaves the file, comes back to itself, or
 * is longer than any.
 */
export function tiffDirectories(bytes: Uint8Array): TiffDirectory[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 8) return [];
  const little = view.getUint16(0) === 0x4949;
  const seen = new Set<number>();
  const directories: TiffDirectory[] = [];
  let at = view.getUint32(4, little);
  while (at > 0 && at + 2 <= view.byteLength && !seen.has(at) && directories.length < maxDirectories) {
    seen.add(at);
    const count = view.getUint16(at, little);
    const next = at + 2 + count * entryBytes;
    if (next > view.byteLength) break;
    directories.push(readEntries(view, at + 2, count, little));
    at = next + 4 <= view.byteLength ? view.getUint32(next, little) : 0;
  }
  return directories;
}

function readEntries(view: DataView, from: number, count: number, little: boolean): TiffDirectory {
  const fields = new Map<number, number>();
  for (let at = from; at < from + count * entryBytes; at += entryBytes) {
    const type = view.getUint16(at + 2, little);
    const values = view.getUint32(at + 4, little);
    const bytes = typeBytes.get(type);
    if (bytes === undefined || values === 0) continue;
    const valueAt = values * bytes <= 4 ? at + 8 : view.getUint32(at + 8, little);
    if (valueAt + bytes > view.byteLength) continue;
    fields.set(view.getUint16(at, little), readNumber(view, valueAt, bytes, little));
  }
  return fields;
}

function readNumber(view: DataView, at: number, bytes: number, little: boolean): number {
  if (bytes === 1) return view.getUint8(at);
  return bytes === 2 ? view.getUint16(at, little) : view.getUint32(at, little);
}
