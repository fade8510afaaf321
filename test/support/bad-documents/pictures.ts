import { deflateSync } from "node:zlib";
import { buildJpeg, buildPng, buildTiff } from "../picture-builder.ts";
import { type Bytes, deflateBomb } from "./raw-pdf.ts";

const small = { widthPx: 120, heightPx: 60 };
const png = buildPng(["picture"], small);
const jpeg = buildJpeg(["picture"], small);
const tiff = buildTiff([["one"], ["two"]], small);

/** PNG, JPEG and TIFF that are broken or claim too much. */
export const pictureDocuments: Readonly<Record<string, () => Bytes>> = {
  "a PNG that claims 60,000 × 60,000 pixels": () => pngOf(60_000, 60_000, deflateSync(Buffer.alloc(100))),
  "a PNG that claims 2 billion pixels a side": () =>
    pngOf(2_147_483_647, 2_147_483_647, deflateSync(Buffer.alloc(100))),
  "a PNG of no size": () => pngOf(0, 0, deflateSync(Buffer.alloc(100))),
  "a PNG whose data inflates to 2 GB": () => pngOf(100, 100, deflateBomb(2048)),
  "a PNG with a text chunk of 2 GB": () =>
    pngOf(9, 9, deflateSync(Buffer.alloc(90)), chunk("zTXt", Buffer.concat([Buffer.from("k\0\0"), deflateBomb(2048)]))),
  "a PNG with a colour profile of 1 GB": () =>
    pngOf(9, 9, deflateSync(Buffer.alloc(90)), chunk("iCCP", Buffer.concat([Buffer.from("k\0\0"), deflateBomb(1024)]))),
  "a PNG of 99 megapixels": () => pngOf(9900, 9900, deflateSync(Buffer.alloc(9901 * 9900))),
  "a PNG cut in the middle": () => png.slice(0, png.length / 2),
  "a PNG that is only a signature": () => png.slice(0, 8),
  "a JPEG that claims 60,000 × 60,000 pixels": () => withJpegSize(60_000, 60_000),
  "a JPEG of no size": () => withJpegSize(0, 0),
  "a JPEG cut in the middle": () => jpeg.slice(0, jpeg.length / 2),
  "a JPEG of markers": () =>
    new Uint8Array(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(100_000, 0xff)])),
  "a progressive JPEG of 2,000 scans": () => manyScans(2000),
  "a TIFF that claims 60,000 × 60,000 pixels": () =>
    withTiffEntries([
      [256, 60_000],
      [257, 60_000],
    ]),
  "a TIFF whose directories run in a circle": () => tiffLoop(),
  "a TIFF whose strips lie nowhere": () =>
    withTiffEntries([
      [273, 0xffffffff],
      [279, 0xffffffff],
    ]),
  "a TIFF with four billion samples": () =>
    withTiffEntries([
      [277, 65_535],
      [278, 0xffffffff],
    ]),
  "a TIFF cut in the middle": () => tiff.slice(0, tiff.length / 2),
  "a TIFF with 100,000 pages": () => manyPages(100_000),
};

function pngOf(width: number, height: number, data: Buffer, extra: Buffer = Buffer.alloc(0)): Bytes {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return new Uint8Array(
    Buffer.concat([signature, chunk("IHDR", header), extra, chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]),
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(Bun.hash.crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Height and width stand five bytes behind the frame marker. */
function withJpegSize(width: number, height: number): Bytes {
  const bytes = Buffer.from(jpeg);
  const frame =
    [0xc0, 0xc1, 0xc2].map((marker) => bytes.indexOf(Buffer.from([0xff, marker]))).find((at) => at > 0) ?? 0;
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return new Uint8Array(bytes);
}

/** Each scan of a progressive JPEG makes the decoder go over all of its coefficients once more. */
function manyScans(count: number): Bytes {
  const frame = Buffer.from([0xff, 0xc2, 0, 11, 8, 0x17, 0x70, 0x17, 0x70, 1, 1, 0x11, 0]);
  const table = Buffer.concat([Buffer.from([0xff, 0xdb, 0, 67, 0]), Buffer.alloc(64, 1)]);
  const huffman = Buffer.concat([Buffer.from([0xff, 0xc4, 0, 20, 0x10, 1]), Buffer.alloc(15), Buffer.from([0])]);
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0, 0, 0]);
  return new Uint8Array(
    Buffer.concat([
      Buffer.from([0xff, 0xd8]),
      table,
      frame,
      huffman,
      ...Array<Buffer>(count).fill(scan),
      Buffer.from([0xff, 0xd9]),
    ]),
  );
}

/** The first directory of the test TIFF, at byte 8, with other values for some tags. */
function withTiffEntries(entries: ReadonlyArray<readonly [tag: number, value: number]>): Bytes {
  const bytes = Buffer.from(tiff);
  const count = bytes.readUInt16LE(8);
  for (let index = 0; index < count; index += 1) {
    const at = 10 + 12 * index;
    const entry = entries.find(([tag]) => tag === bytes.readUInt16LE(at));
    if (entry === undefined) continue;
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(entry[1], at + 8);
  }
  return new Uint8Array(bytes);
}

function tiffLoop(): Bytes {
  const bytes = Buffer.from(tiff);
  bytes.writeUInt32LE(8, 10 + 12 * bytes.readUInt16LE(8));
  return new Uint8Array(bytes);
}

function manyPages(count: number): Bytes {
  const head = Buffer.from("II*\0\x08\0\0\0", "latin1");
  const pages = Array.from({ length: count }, (_, index) => {
    const directory = Buffer.alloc(18);
    directory.writeUInt16LE(1, 0);
    directory.writeUInt16LE(256, 2);
    directory.writeUInt16LE(3, 4);
    directory.writeUInt32LE(1, 6);
    directory.writeUInt32LE(9, 10);
    directory.writeUInt32LE(index === count - 1 ? 0 : 8 + 18 * (index + 1), 14);
    return directory;
  });
  return new Uint8Array(Buffer.concat([head, ...pages]));
}
