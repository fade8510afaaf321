import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { inspectJpeg } from "../../src/pdf/pictures/inspect-jpeg.ts";
import { jbig2Size } from "../../src/pdf/pictures/jbig2-size.ts";
import { createBitReader, huffmanTable } from "../../src/pdf/pictures/jpeg-bits.ts";
import { readFrame } from "../../src/pdf/pictures/jpeg-frame.ts";
import { jpxSize } from "../../src/pdf/pictures/jpx-size.ts";
import { judgePicture } from "../../src/pdf/pictures/picture-size.ts";
import { tiffDirectories } from "../../src/pdf/pictures/tiff-directories.ts";
import { jbig2Page, jbig2Segment, jp2Box, jpxCodestream } from "../support/coded-pictures.ts";
import { greyTiff } from "../support/tiff-builder.ts";

describe("the header of a JPEG's frame", () => {
  interface Frame {
    precision?: number;
    widthPx?: number;
    heightPx?: number;
    /** Across and down, of each component. */
    sampling?: readonly (readonly [number, number])[];
  }
  function headerOf({ precision = 8, widthPx = 100, heightPx = 50, sampling = [[1, 1]] }: Frame): Uint8Array {
    const sides = [heightPx >> 8, heightPx & 255, widthPx >> 8, widthPx & 255];
    const components = sampling.flatMap(([across, down], at) => [at + 1, (across << 4) | down, 0]);
    return Uint8Array.from([precision, ...sides, sampling.length, ...components]);
  }

  test.each<[string, Frame, boolean]>([
    ["of one component", {}, true],
    ["of twelve bits", { precision: 12 }, false],
    ["of no width", { widthPx: 0 }, false],
    ["of a height that is told later", { heightPx: 0 }, false],
    ["of no component", { sampling: [] }, false],
    ["of four components", { sampling: Array(4).fill([1, 1]) }, true],
    ["of five components", { sampling: Array(5).fill([1, 1]) }, false],
    ["that is sampled four times", { sampling: [[4, 4]] }, true],
    ["that is sampled five times across", { sampling: [[5, 1]] }, false],
    ["that is sampled five times down", { sampling: [[1, 5]] }, false],
    ["that is not sampled across", { sampling: [[0, 1]] }, false],
    ["that is not sampled down", { sampling: [[1, 0]] }, false],
  ])("makes sense or none: %s", (_, frame, makesSense) => {
    expect(readFrame(headerOf(frame), false) !== undefined).toBe(makesSense);
  });

  test("makes no sense where it breaks off", () => {
    const header = headerOf({});
    expect(
      [header.length - 1, header.length].map((to) => readFrame(header.subarray(0, to), false) !== undefined),
    ).toEqual([false, true]);
  });

  test("tells the blocks of each component, and the units that hold them all", () => {
    const sampling = [
      [2, 1],
      [1, 1],
      [1, 2],
    ] as const;
    // Units of 16 × 16 pixels: 7 across and 4 down.
    expect(readFrame(headerOf({ widthPx: 300 - 199, heightPx: 50, sampling }), true)).toEqual({
      ...{ widthPx: 101, heightPx: 50, isProgressive: true, unitsWide: 7, unitsHigh: 4 },
      components: [
        { id: 1, across: 2, down: 1, blocksWide: 13, blocksHigh: 4, gridWide: 14, gridHigh: 4 },
        { id: 2, across: 1, down: 1, blocksWide: 7, blocksHigh: 4, gridWide: 7, gridHigh: 4 },
        { id: 3, across: 1, down: 2, blocksWide: 7, blocksHigh: 7, gridWide: 7, gridHigh: 8 },
      ],
    });
  });
});

describe("the bits of a JPEG", () => {
  const reader = (...bytes: number[]) => createBitReader(Uint8Array.from(bytes), 0);

  test("are taken in order, without the bytes that are stuffed behind ff", () => {
    const bits = reader(0b1010_0000, 0xff, 0x00, 0b1100_0001);
    expect([bits.take(3), bits.take(5), bits.take(8), bits.take(8)]).toEqual([0b101, 0, 0xff, 0b1100_0001]);
    expect(bits.isBroken()).toBe(false);
    expect(bits.take(1)).toBe(0);
    expect(bits.isBroken()).toBe(true);
  });

  test.each<[string, number[], number, number]>([
    ["behind what was read", [1, 2, 3, 4, 5, 6], 8, 1],
    ["behind a byte of which a part was read", [1, 2, 3, 4, 5, 6], 9, 2],
    ["behind a stuffed byte", [1, 0xff, 0, 4, 5, 6, 7], 16, 3],
    ["before a stuffed byte that was fetched too early", [1, 0xff, 0, 4, 5, 6, 7], 8, 1],
    ["before a zero that is not stuffed", [1, 0, 3, 4, 5, 6], 8, 1],
    ["before a marker", [1, 2, 0xff, 0xd9], 16, 2],
    ["before a marker, however much is asked for", [1, 2, 0xff, 0xd9], 24, 2],
  ])("go on at whole bytes %s", (_, bytes, read, at) => {
    const bits = reader(...bytes);
    for (let left = read; left > 0; left -= 8) bits.take(Math.min(8, left));
    expect(bits.align()).toBe(at);
  });

  test("begin anew behind a restart marker", () => {
    const bits = reader(0xaa, 0xff, 0xd0, 0b1110_0000);
    bits.take(4);
    bits.restart(3);
    expect([bits.take(3), bits.align()]).toEqual([0b111, 4]);
  });

  test("are symbols by a table of short and long codes", () => {
    // Codes 0, 10 and, of nine bits, 110000000.
    const counts = Uint8Array.from([1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    const table = huffmanTable(counts, Uint8Array.from([7, 8, 9]));
    const bits = reader(0b0101_1000, 0b0000_1111, 0b1111_1111, 0, 0xf0);
    expect([bits.symbol(table), bits.symbol(table), bits.symbol(table)]).toEqual([7, 8, 9]);
    expect(bits.isBroken()).toBe(false);
    expect([bits.symbol(table), bits.isBroken()]).toEqual([-1, true]);
  });
});

describe("bytes behind the last block of a JPEG", () => {
  const jpeg = new Uint8Array(readFileSync(`${import.meta.dir}/../fixtures/optimised-444.jpg`));
  /** The data end some bytes before the marker. */
  const withZeros = (from: Uint8Array, count: number) =>
    inspectJpeg(new Uint8Array(Buffer.concat([from.subarray(0, -2), Buffer.alloc(count), Buffer.from([0xff, 0xd9])])))
      .data;

  test.each([
    [60, "whole"],
    [100, "cut"],
  ] as const)("fill it up or stand for what is lost: %d of some thousand are %s", (count, data) => {
    expect(withZeros(jpeg, count)).toBe(data);
  });
});

describe("the size of a JBIG2 picture", () => {
  test.each([4, 6, 7, 20, 22, 23, 36, 38, 39, 40, 42, 43])("is that of a region of type %d", (type) => {
    const data = Buffer.alloc(17);
    data.writeUInt32BE(900, 0);
    data.writeUInt32BE(1000, 4);
    expect(jbig2Size(Buffer.concat([jbig2Page(800, 600), jbig2Segment(type, data)]))).toMatchObject({
      widthPx: 900,
      heightPx: 1000,
    });
  });
});

describe("the size of a JPEG 2000 picture in boxes", () => {
  const codestream = jp2Box("jp2c", jpxCodestream(300, 200));
  const size = { widthPx: 300, heightPx: 200, components: 3, tiles: 1 };
  /** A box whose length is 64 bits long. */
  function largeBox(type: string, data: Uint8Array, length = 16 + data.length): Buffer {
    const head = Buffer.alloc(16);
    head.writeUInt32BE(1);
    head.write(type, 4, "latin1");
    head.writeBigUInt64BE(BigInt(length), 8);
    return Buffer.concat([head, data]);
  }
  const palette = (columns: number) => jp2Box("pclr", Buffer.from([0, 1, columns]));

  test.each<[string, Buffer[], typeof size]>([
    ["is found behind a box of a long length", [largeBox("free", Buffer.alloc(40)), codestream], size],
    ["is found in a box of a long length", [largeBox("jp2c", jpxCodestream(300, 200))], size],
    ["is found in a box that reaches to the end", [Buffer.from(codestream).fill(0, 0, 4)], size],
    ["is found though a box before it has no length", [largeBox("free", Buffer.alloc(0), 0), codestream], size],
    ["is found behind a box that says to be shorter than its head", [shortBox(), codestream], size],
    ["has as many components as its palette", [palette(4), palette(2), codestream], { ...size, components: 4 }],
    ["has no palette that breaks off", [jp2Box("pclr", Buffer.from([0, 1])), codestream], size],
  ])("%s", (_, boxes, expected) => {
    expect(jpxSize(Buffer.concat(boxes))).toEqual(expected);
  });

  function shortBox(): Buffer {
    const box = jp2Box("free", Buffer.alloc(0));
    box.writeUInt32BE(3);
    return box;
  }

  test("counts the tiles of its own rows and columns", () => {
    expect(jpxSize(jpxCodestream(300, 200, { tilePx: 100 }))).toMatchObject({ tiles: 6 });
    expect(jpxSize(jpxCodestream(301, 200, { tilePx: 100 }))).toMatchObject({ tiles: 8 });
  });

  test("is what is left behind the offset of the picture and of its tiles", () => {
    const shifted = jpxCodestream(300, 200, { tilePx: 100 });
    // XOsiz and YOsiz, then XTOsiz and YTOsiz.
    for (const [at, value] of [
      [16, 50],
      [20, 20],
      [32, 50],
      [36, 0],
    ] as const)
      shifted.writeUInt32BE(value, at);
    expect(jpxSize(shifted)).toMatchObject({ widthPx: 250, heightPx: 180, tiles: 6 });
  });
});

describe("a picture that is not square", () => {
  const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx, components: 3, tiles: 1 });
  test.each([
    [1000, 10, 10_000, 0, "fine"],
    [10, 1000, 10_000, 0, "fine"],
    [1000, 11, 10_000, 0, "too-large"],
    [1000, 11, 10_000, 10_000, "too-large"],
    [1000, 11, 10_000, 10_001, "fine"],
  ] as const)(
    "of %d × %d pixels, of %d that may be, where it claims %d, is %s",
    (width, height, max, claimed, judged) => {
      expect(judgePicture(size(width, height), claimed, max)).toBe(judged);
    },
  );
});

describe("the directories of a TIFF", () => {
  const file = Buffer.from(greyTiff([{ widthPx: 30, heightPx: 20, data: new Uint8Array() }]));
  const entries = 9;
  const entriesEnd = 8 + 2 + 12 * entries;

  test("are read to the last byte of their entries", () => {
    expect([entriesEnd - 1, entriesEnd].map((end) => tiffDirectories(file.subarray(0, end)).length)).toEqual([0, 1]);
  });

  test("hold no value that stands outside the file", () => {
    const spoilt = Buffer.from(file);
    // The second entry, of which there are more than have room in it.
    spoilt.writeUInt32LE(2, 10 + 12 + 4);
    spoilt.writeUInt32LE(spoilt.length - 3, 10 + 12 + 8);
    expect(tiffDirectories(spoilt).map((directory) => [directory.get(256), directory.get(257)])).toEqual([
      [30, undefined],
    ]);
    spoilt.writeUInt32LE(spoilt.length - 4, 10 + 12 + 8);
    expect(tiffDirectories(spoilt)[0]?.get(257)).toBe(0);
  });
});
