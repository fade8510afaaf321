/** What a JBIG2 picture in a PDF says of itself; sides in pixels. */
export interface Jbig2Options {
  widthPx: number;
  heightPx: number;
  /** The white part of the black sheet, from its upper left corner; by default a quarter of it. */
  region?: { widthPx: number; heightPx: number };
}

/** A black sheet with a white rectangle on it, as the segments that a PDF embeds. */
export function jbig2Picture({ widthPx, heightPx, region }: Jbig2Options): Buffer {
  const white = region ?? { widthPx: Math.ceil(widthPx / 2), heightPx: Math.ceil(heightPx / 2) };
  return Buffer.concat([jbig2Page(widthPx, heightPx), jbig2Region(white)]);
}

/** The page information segment (ITU-T T.88, 7.4.8): black where nothing is drawn. */
export function jbig2Page(widthPx: number, heightPx: number, stripeRows?: number): Buffer {
  const data = Buffer.alloc(19);
  data.writeUInt32BE(widthPx, 0);
  data.writeUInt32BE(heightPx, 4);
  data[16] = 0b100;
  if (stripeRows !== undefined) data.writeUInt16BE(0x8000 | stripeRows, 17);
  return jbig2Segment(48, data);
}

/** An immediate generic region (7.4.6), white, coded by MMR: one bit for each row that is like the white row above it. */
export function jbig2Region({
  widthPx,
  heightPx,
  topPx = 0,
}: {
  widthPx: number;
  heightPx: number;
  topPx?: number;
}): Buffer {
  const head = Buffer.alloc(18);
  head.writeUInt32BE(widthPx, 0);
  head.writeUInt32BE(heightPx, 4);
  head.writeUInt32BE(topPx, 12);
  head[16] = 4;
  head[17] = 1;
  return jbig2Segment(38, Buffer.concat([head, Buffer.alloc(Math.min(400, Math.ceil(heightPx / 8)), 0xff)]));
}

/** Any segment of page 1, without references to others. */
export function jbig2Segment(type: number, data: Uint8Array, claimedLength = data.length): Buffer {
  const header = Buffer.alloc(11);
  header[3] = type;
  header[4] = type;
  header[6] = 1;
  header.writeUInt32BE(claimedLength, 7);
  return Buffer.concat([header, data]);
}

/** A JPEG 2000 code stream (ITU-T T.800, annex A) whose packets are empty: a grey sheet. One tile unless it says so. */
export function jpxCodestream(widthPx: number, heightPx: number, { components = 3, tilePx = 0 } = {}): Buffer {
  const size = Buffer.alloc(42);
  size.set([0xff, 0x4f, 0xff, 0x51]);
  size.writeUInt16BE(38 + 3 * components, 4);
  for (const [at, value] of [
    [8, widthPx],
    [12, heightPx],
    [24, tilePx || widthPx],
    [28, tilePx || heightPx],
  ] as const)
    size.writeUInt32BE(value, at);
  size.writeUInt16BE(components, 40);
  return Buffer.concat([
    size,
    ...Array<Buffer>(components).fill(Buffer.from([7, 1, 1])),
    Buffer.from("ff52000c00000001000404040001ff5c00074040484850ff90000a0000000000000001ff93", "hex"),
    Buffer.alloc(64),
    Buffer.from("ffd9", "hex"),
  ]);
}

/** The code stream in boxes (annex I), whose header may claim something else. */
export function jp2File(
  codestream: Buffer,
  claimed: { widthPx: number; heightPx: number },
  ...boxes: readonly Buffer[]
): Buffer {
  const header = Buffer.alloc(14);
  header.writeUInt32BE(claimed.heightPx, 0);
  header.writeUInt32BE(claimed.widthPx, 4);
  header.set([0, 3, 7, 7, 0, 0], 8);
  return Buffer.concat([
    jp2Box("jP  ", Buffer.from([0x0d, 0x0a, 0x87, 0x0a])),
    jp2Box("ftyp", Buffer.from("jp2 \0\0\0\0jp2 ", "latin1")),
    jp2Box(
      "jp2h",
      Buffer.concat([jp2Box("ihdr", header), jp2Box("colr", Buffer.from([1, 0, 0, 0, 0, 0, 16])), ...boxes]),
    ),
    jp2Box("jp2c", codestream),
  ]);
}

export function jp2Box(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + data.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, data]);
}
