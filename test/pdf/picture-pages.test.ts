import { describe, expect, test } from "bun:test";
import type { DocumentKind } from "../../src/pdf/document.ts";
import { openedPictures } from "../../src/pdf/engine/picture-file.ts";
import { bmpPage } from "../../src/pdf/pictures/bmp-page.ts";
import { decodedSize } from "../../src/pdf/pictures/drawn-size.ts";
import { gifPage } from "../../src/pdf/pictures/gif-page.ts";
import { type Orientation, orientationOf, uprightBox, uprightMap } from "../../src/pdf/pictures/orientation.ts";
import { heldPixels, judgePicture, mostPieces, type PictureSize } from "../../src/pdf/pictures/picture-size.ts";
import { pngPage } from "../../src/pdf/pictures/png-page.ts";
import { tiffDirectories } from "../../src/pdf/pictures/tiff-directories.ts";
import { tiffPages } from "../../src/pdf/pictures/tiff-pages.ts";
import { jpxCodestream } from "../support/coded-pictures.ts";
import { exifData } from "../support/picture-builder.ts";
import { bmp, gif } from "../support/picture-files.ts";
import { makePng, withChunk } from "../support/png.ts";
import { greyTiff } from "../support/tiff-builder.ts";

const none = new Uint8Array();

describe("the page of a PNG", () => {
  test.each([
    [0, 2],
    [2, 6],
    [3, 4],
    [4, 4],
    [6, 6],
  ])("of colour type %d takes %d bytes a pixel", (colourType, bytesPerPixel) => {
    const png = makePng(0, 300, 200);
    png[25] = colourType;
    expect(pngPage(png)).toEqual({ index: 0, orientation: 1, held: { widthPx: 300, heightPx: 200, bytesPerPixel } });
  });

  test.each<[string, Uint8Array, Orientation]>([
    ["in its EXIF data", withChunk(makePng(), "eXIf", exifData(6)), 6],
    ["behind another chunk", withChunk(withChunk(makePng(), "eXIf", exifData(8)), "tEXt", Buffer.from("abc")), 8],
    ["not behind its end", Buffer.concat([makePng(), withChunk(makePng(), "eXIf", exifData(8)).subarray(33)]), 1],
    ["in no EXIF data that break off", withChunk(makePng(), "eXIf", exifData(8).subarray(0, 12)), 1],
  ])("lies as it says %s", (_, png, orientation) => {
    expect(pngPage(png)?.orientation).toBe(orientation);
  });

  test("is none where the header breaks off", () => {
    expect([28, 29].map((bytes) => pngPage(makePng().subarray(0, bytes)) !== undefined)).toEqual([false, true]);
  });
});

describe("the page of a BMP", () => {
  const file = bmp({ widthPx: 300, heightPx: 200, data: none });
  test("is as large as its header says, whichever way its rows go", () => {
    const upwards = file.slice();
    new DataView(upwards.buffer).setInt32(22, 200, true);
    const page = { index: 0, orientation: 1, held: { widthPx: 300, heightPx: 200, bytesPerPixel: 6 } } as const;
    expect([bmpPage(file), bmpPage(upwards)]).toEqual([page, page]);
  });

  test("has sides of 16 bits in the first versions", () => {
    const old = file.slice();
    const view = new DataView(old.buffer);
    view.setUint32(14, 12, true);
    view.setUint16(18, 40_000, true);
    view.setUint16(20, 50_000, true);
    expect(bmpPage(old)?.held).toMatchObject({ widthPx: 40_000, heightPx: 50_000 });
  });

  test("is none where the header breaks off", () => {
    expect([25, 26].map((bytes) => bmpPage(file.subarray(0, bytes)) !== undefined)).toEqual([false, true]);
  });
});

describe("the page of a GIF", () => {
  const one = gif(1);
  test.each<[string, Uint8Array, string | undefined]>([
    ["of one frame", one, undefined],
    ["of two frames", gif(2), "that moves, of several frames"],
    [
      "of two frames with something said between them",
      Buffer.concat([one.subarray(0, -1), Buffer.from([0x21, 0xfe, 2, 1, 2, 0]), gif(1).subarray(19)]),
      "that moves, of several frames",
    ],
    ["that ends behind its header", one.subarray(0, 13), undefined],
  ])("%s is told so", (_, bytes, unsupported) => {
    const held = { widthPx: 100, heightPx: 100, bytesPerPixel: 6 };
    const page = { index: 0, orientation: 1, held } as const;
    expect(gifPage(bytes)).toEqual(unsupported === undefined ? page : { ...page, unsupported });
  });

  test("with colours of its own for a frame has one frame", () => {
    const frame = Buffer.from(one.subarray(19, 29));
    frame[9] = 0x81;
    const colours = Buffer.alloc(12, 0x2c);
    const own = Buffer.concat([one.subarray(0, 19), frame, colours, one.subarray(29)]);
    expect(gifPage(own)?.unsupported).toBeUndefined();
    expect(gifPage(Buffer.concat([own.subarray(0, -1), frame, colours, one.subarray(29)]))?.unsupported).toBeDefined();
  });

  test("is none where the header breaks off", () => {
    expect([12, 13].map((bytes) => gifPage(one.subarray(0, bytes)) !== undefined)).toEqual([false, true]);
  });
});

describe("the pages of a TIFF", () => {
  const picture = (fields: Record<number, number> = {}) => ({ widthPx: 30, heightPx: 20, data: none, fields });
  const pagesOf = (...fields: Record<number, number>[]) => tiffPages(greyTiff(fields.map(picture)));

  test("have their number among all pictures, the reduced copies and masks included", () => {
    const pages = pagesOf({ 254: 1 }, { 254: 2 }, { 254: 4 }, { 255: 2 }, { 254: 6 }, { 255: 1 });
    expect(pages.map(({ index }) => index)).toEqual([1, 5]);
  });

  test("are the copies where there is nothing else", () => {
    expect(pagesOf({ 254: 1 }, { 254: 4 }).map(({ index }) => index)).toEqual([0, 1]);
  });

  test.each<[Record<number, number>, number]>([
    [{}, 2],
    [{ 277: 2 }, 2],
    [{ 277: 3 }, 6],
    [{ 262: 3 }, 10],
  ])("with the fields %j take %d bytes a pixel", (fields, bytesPerPixel) => {
    expect(pagesOf(fields)[0]?.held).toEqual({ widthPx: 30, heightPx: 20, bytesPerPixel });
  });

  test.each<[Record<number, number>, string | undefined]>([
    [{ 259: 8 }, undefined],
    [{ 259: 32_773 }, undefined],
    [{ 259: 9 }, "compressed by method 9"],
    [{ 259: 50_001 }, "compressed by WebP"],
    [{ 284: 2, 277: 3 }, "stored plane by plane"],
    [{ 284: 2, 277: 1 }, undefined],
    [{ 339: 4 }, undefined],
    [{ 339: 3 }, "of floating-point or signed samples"],
    [{ 339: 2 }, "of floating-point or signed samples"],
    [{ 258: 16 }, undefined],
    [{ 258: 32 }, "of 32 bits a sample"],
    [{ 258: 24, 259: 7 }, undefined],
    [{ 259: 7, 262: 5 }, "of CMYK colours compressed by JPEG"],
    [{ 259: 6, 262: 5 }, "of CMYK colours compressed by JPEG"],
    [{ 259: 5, 262: 5 }, undefined],
  ])("with the fields %j are what cannot be read: %p", (fields, unsupported) => {
    expect(pagesOf(fields)[0]?.unsupported).toBe(unsupported);
  });

  test("lie as they say", () => {
    expect(pagesOf({ 274: 3 }, { 274: 9 }, {}).map(({ orientation }) => orientation)).toEqual([3, 1, 1]);
  });

  test.each<[string, (file: Buffer) => void, number]>([
    ["that lead back to the first", (file) => file.writeUInt32LE(8, file.length - 4), 2],
    ["that lead out of the file", (file) => file.writeUInt32LE(0xff_ff_ff, file.length - 4), 2],
    ["of which the last breaks off", (file) => file.writeUInt16LE(99, file.length - 114), 1],
  ])("%s end there", (_, spoil, count) => {
    const file = Buffer.from(greyTiff([picture(), picture()]));
    spoil(file);
    expect(tiffDirectories(file)).toHaveLength(count);
  });

  test("are read in the other order of bytes, too, and values that stand elsewhere", () => {
    const file = Buffer.alloc(60);
    file.write("MM\0*", "latin1");
    file.writeUInt32BE(8, 4);
    file.writeUInt16BE(3, 8);
    [
      [256, 3, 1, 300 * 65_536],
      [258, 3, 3, 54],
      [257, 4, 1, 70_000],
    ].forEach(([tag = 0, type = 0, values = 0, value = 0], place) => {
      file.writeUInt16BE(tag, 10 + 12 * place);
      file.writeUInt16BE(type, 12 + 12 * place);
      file.writeUInt32BE(values, 14 + 12 * place);
      file.writeUInt32BE(value, 18 + 12 * place);
    });
    file.writeUInt16BE(8, 54);
    expect(tiffDirectories(file).map((directory) => Object.fromEntries(directory))).toEqual([
      { 256: 300, 257: 70_000, 258: 8 },
    ]);
  });

  test.each([0, 7])("are none in %d bytes", (bytes) => {
    expect(tiffPages(new Uint8Array(bytes))).toEqual([]);
  });
});

describe("how a picture lies", () => {
  test.each([
    [undefined, 1],
    [0, 1],
    [5, 5],
    [8, 8],
    [9, 1],
  ] as const)("%p is %d", (value, orientation) => {
    expect(orientationOf(value)).toBe(orientation);
  });

  // A picture of 40 × 20 at (10, 5): where its first pixel and its last one in the first row get to.
  test.each<[Orientation, [number, number], [number, number]]>([
    [1, [0, 0], [40, 0]],
    [2, [40, 0], [0, 0]],
    [3, [40, 20], [0, 20]],
    [4, [0, 20], [40, 20]],
    [5, [0, 0], [0, 40]],
    [6, [20, 0], [20, 40]],
    [7, [20, 40], [20, 0]],
    [8, [0, 40], [0, 0]],
  ])("by %d it is turned upright", (orientation, first, last) => {
    const [a, b, c, d, e, f] = uprightMap([10, 5, 50, 25], orientation);
    const place = (x: number, y: number) => [a * x + c * y + e, b * x + d * y + f];
    expect([place(10, 5), place(50, 5)]).toEqual([first, last]);
    const box: [number, number, number, number] = orientation < 5 ? [0, 0, 40, 20] : [0, 0, 20, 40];
    expect(uprightBox([10, 5, 50, 25], orientation)).toEqual(box);
  });
});

describe("whether a picture may be decoded", () => {
  const size = (changes: Partial<PictureSize> = {}): PictureSize => ({
    ...{ widthPx: 1000, heightPx: 1000, components: 3, tiles: 1 },
    ...changes,
  });
  test.each<[string, PictureSize, number, number, ReturnType<typeof judgePicture>]>([
    ["of just the pixels that may be", size(), 0, 1_000_000, "fine"],
    ["of one more", size(), 0, 999_999, "too-large"],
    ["of one more that admits it where it is looked at later", size(), 1_000_000, 999_999, "fine"],
    ["of four components", size({ components: 4 }), 0, 1_000_000, "fine"],
    ["of five, which weigh more", size({ components: 5 }), 0, 1_249_999, "too-complex"],
    ["of five within the bound", size({ components: 5 }), 0, 1_250_000, "fine"],
    ["of single bits", size({ isBilevel: true }), 0, 62_500, "fine"],
    ["of single bits and more", size({ isBilevel: true }), 0, 62_499, "too-large"],
    ["of many tiles", size({ tiles: 245 }), 0, 1_003_520, "fine"],
    ["of one tile more", size({ tiles: 246 }), 0, 1_003_520, "too-complex"],
  ])("%s", (_, picture, claimed, maxPagePixels, judged) => {
    expect(mostPieces).toBe(16);
    expect(judgePicture(picture, claimed, maxPagePixels)).toBe(judged);
  });

  test("is a matter of its bytes: those of a colour picture are six a pixel", () => {
    expect(heldPixels({ widthPx: 300, heightPx: 200, bytesPerPixel: 2 })).toBe(20_000);
  });
});

describe("a file that is a picture", () => {
  const codeOf = (kind: DocumentKind, bytes: Uint8Array, maxPagePixels: number) =>
    openedPictures(kind, bytes, maxPagePixels)?.map(({ fault }) => fault?.code);
  const grey = makePng(0, 300, 200);
  test.each<[string, DocumentKind, Uint8Array, number, ReturnType<typeof codeOf>]>([
    ["of just the memory that may be", "png", grey, 20_000, [undefined]],
    ["of more", "png", grey, 19_999, ["page_too_large"]],
    ["whose header breaks off is left to the engine", "png", grey.subarray(0, 20), 1, [undefined]],
    ["that moves", "gif", gif(2), 1e9, ["unsupported_file_type"]],
    ["that is no JPEG is left to the engine", "jpeg", none, 1, [undefined]],
    ["of JPEG 2000", "jp2", jpxCodestream(100, 100), 10_000, [undefined]],
    ["of JPEG 2000 and more", "jp2", jpxCodestream(100, 100), 9999, ["page_too_large"]],
    [
      "of JPEG 2000 in very many tiles",
      "jp2",
      jpxCodestream(100, 100, { tilePx: 10 }),
      10_000,
      ["document_too_complex"],
    ],
    ["that is none", "pdf", none, 1, undefined],
  ])("%s", (_, kind, bytes, maxPagePixels, codes) => {
    expect(codeOf(kind, bytes, maxPagePixels)).toStrictEqual(codes);
  });
});

describe("a picture that is decoded piece by piece", () => {
  const side = (widthPx: number, heightPx = widthPx) => ({ widthPx, heightPx });
  test.each<[string, [number, number], [number, number], [number, number]]>([
    ["is not halved to less than it is drawn and two pixels", [1000, 1000], [499, 499], [1000, 1000]],
    ["is halved to just that", [1000, 1000], [498, 498], [500, 500]],
    ["is halved by the side that allows less", [1000, 4000], [498, 100], [500, 2000]],
    ["is halved by the other side that allows less", [4000, 1000], [100, 498], [2000, 500]],
    ["is halved six times at most", [64_000, 64_000], [1, 1], [1000, 1000]],
    ["has sides that are rounded up", [1001, 1003], [100, 100], [126, 126]],
    ["that is not drawn is not halved", [1000, 1000], [0, 500], [1000, 1000]],
    ["that has no height either", [1000, 1000], [500, 0.9], [1000, 1000]],
  ])("%s", (_, picture, drawn, expected) => {
    expect(decodedSize(side(...picture), side(...drawn))).toEqual(side(...expected));
  });
});
