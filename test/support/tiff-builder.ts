/** Tags that tests set beside the ones that every picture has; each a single short value. */
export interface TiffPicture {
  widthPx: number;
  heightPx: number;
  /** Rows of grey values, 8 bits each, unless the fields say otherwise. */
  data: Uint8Array;
  fields?: Readonly<Record<number, number>>;
}

/** A TIFF of uncompressed grey pictures, each in one strip, with a directory of its own. */
export function greyTiff(pictures: readonly TiffPicture[]): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [Buffer.from("II*\0\x08\0\0\0", "latin1")];
  let offset = 8;
  pictures.forEach(({ widthPx, heightPx, data, fields = {} }, index) => {
    const base = { 256: widthPx, 257: heightPx, 258: 8, 259: 1, 262: 1, 277: 1, 278: heightPx };
    const entries = Object.entries<number>({ ...base, 273: 0, 279: data.length, ...fields });
    const dataAt = offset + 2 + 12 * entries.length + 4;
    const next = index === pictures.length - 1 ? 0 : dataAt + data.length;
    parts.push(
      directory(
        entries.map(([tag, value]) => [Number(tag), tag === "273" ? dataAt : value]),
        next,
      ),
    );
    parts.push(Buffer.from(data));
    offset = dataAt + data.length;
  });
  return new Uint8Array(Buffer.concat(parts));
}

/** Entries in the order of their tags, each of one long value. */
function directory(entries: ReadonlyArray<readonly [number, number]>, next: number): Buffer {
  const buffer = Buffer.alloc(2 + 12 * entries.length + 4);
  buffer.writeUInt16LE(entries.length, 0);
  entries
    .toSorted(([a], [b]) => a - b)
    .forEach(([tag, value], index) => {
      const at = 2 + 12 * index;
      buffer.writeUInt16LE(tag, at);
      buffer.writeUInt16LE(4, at + 2);
      buffer.writeUInt32LE(1, at + 4);
      buffer.writeUInt32LE(value, at + 8);
    });
  buffer.writeUInt32LE(next, 2 + 12 * entries.length);
  return buffer;
}
