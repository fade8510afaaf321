import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { jbig2Size } from "../../src/pdf/pictures/jbig2-size.ts";
import { jpxSize } from "../../src/pdf/pictures/jpx-size.ts";
import { judgePicture } from "../../src/pdf/pictures/picture-size.ts";
import {
  jbig2Page,
  jbig2Picture,
  jbig2Region,
  jbig2Segment,
  jp2Box,
  jp2File,
  jpxCodestream,
} from "../support/coded-pictures.ts";

const unknownHeight = 0xffffffff;
const unknownLength = 0xffffffff;
const sheet = jbig2Page(800, 600);
const region = jbig2Region({ widthPx: 900, heightPx: 1000 });

const numbers = (...values: readonly number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value, 4 * index);
  });
  return bytes;
};

/** A file of these segments, in the order of the standard's two organisations. */
function file(areHeadersFirst: boolean, ...segments: readonly Buffer[]): Buffer {
  const head = Buffer.from(`974a42320d0a1a0a${areHeadersFirst ? "00" : "01"}00000001`, "hex");
  if (!areHeadersFirst) return Buffer.concat([head, ...segments]);
  const all = [...segments, jbig2Segment(51, Buffer.alloc(0))];
  return Buffer.concat([
    head,
    ...all.map((segment) => segment.subarray(0, 11)),
    ...all.map((segment) => segment.subarray(11)),
  ]);
}

/** A comment that refers to eight segments; the engine reads one byte of flags for them where the standard has two. */
const longReferences = Buffer.from(`00000009${"3e"}e0000008${"00"}${"00".repeat(8)}01${"00000004"}20000000`, "hex");

/** A comment of page 1, whose number takes four bytes. */
const longPage = Buffer.from("000000097e0000000001000000040badcafe", "hex");

/** A comment of page 1 that refers to one segment, by a number of so many bytes. */
function referring(number: number, referenceBytes: number): Buffer {
  const header = Buffer.alloc(6);
  header.writeUInt32BE(number);
  header.set([0x3e, 0x20], 4);
  return Buffer.concat([header, Buffer.alloc(referenceBytes), Buffer.from([1, 0, 0, 0, 4]), Buffer.alloc(4)]);
}

/** A region of one pixel, with a grid of cells. */
const halftone = Buffer.concat([sheetOfRegion(), numbers(7000, 8000)]);

describe("the size of a JBIG2 picture", () => {
  test.each<[string, Buffer[], [number, number] | undefined]>([
    ["is its sheet's", [jbig2Picture({ widthPx: 800, heightPx: 600 })], [800, 600]],
    ["is a region's where that is larger", [sheet, region], [900, 1000]],
    ["is a region's where there is no sheet, as in globals", [region], [900, 1000]],
    ["is read from a region that is cut", [sheet, region.subarray(0, 30)], [900, 1000]],
    [
      "is a halftone grid's",
      [sheet, jbig2Segment(22, Buffer.concat([sheetOfRegion(), numbers(7000, 8000)]))],
      [7000, 8000],
    ],
    [
      "is a row of patterns",
      [sheet, jbig2Segment(16, Buffer.from([0, 200, 100, 0, 0, 0xff, 0xff]))],
      [65_536 * 200, 100],
    ],
    [
      "grows with the regions where its height is open",
      [jbig2Page(800, unknownHeight, 20), jbig2Region({ widthPx: 8, heightPx: 40, topPx: 5000 })],
      [800, 5040],
    ],
    [
      "grows with its stripes where its height is open",
      [jbig2Page(800, unknownHeight, 20), jbig2Segment(50, numbers(2999))],
      [800, 3000],
    ],
    ["is one stripe's where its height is open and nothing follows", [jbig2Page(800, unknownHeight, 20)], [800, 20]],
    ["adds up where there are several sheets", [sheet, sheet, sheet], [800, 1800]],
    ["is found behind a segment whose page has a long number", [longPage, sheet], [800, 600]],
    ["is found behind a list of references as the engine reads it", [longReferences, sheet], [800, 600]],
    [
      "is found behind a region of unknown length",
      [jbig2Segment(38, Buffer.concat([Buffer.alloc(17), Buffer.from([1, 0, 0, 0, 0, 0, 0])]), unknownLength), sheet],
      [800, 600],
    ],
    ["is found behind a file header", [file(false, sheet, region)], [900, 1000]],
    ["is found behind a file header and all other headers", [file(true, sheet, region)], [900, 1000]],
    ["is found behind numbers of segments of two bytes", [referring(257, 2), sheet], [800, 600]],
    ["is found behind numbers of segments of one byte", [referring(256, 1), sheet], [800, 600]],
    ["is found behind numbers of segments of four bytes", [referring(65_537, 4), sheet], [800, 600]],
    ["is not a halftone grid's that breaks off", [sheet, jbig2Segment(22, halftone.subarray(0, 25))], [800, 600]],
    ["is that of a halftone that is whole just so", [sheet, jbig2Segment(20, halftone.subarray(0, 26))], [7000, 8000]],
    ["is not a region's that breaks off", [sheet, region.subarray(0, 27)], [800, 600]],
    [
      "is that of a region of just its own field",
      [sheet, jbig2Segment(6, numbers(900, 1000, 0, 0, 0).subarray(0, 17))],
      [900, 1000],
    ],
    ["is not that of what is no region", [sheet, jbig2Segment(8, numbers(900, 1000, 0, 0, 0))], [800, 600]],
    [
      "grows with each sheet whose height is open",
      [jbig2Page(800, unknownHeight, 20), jbig2Page(700, unknownHeight, 30)],
      [800, 60],
    ],
    ["is unknown where no segment says one", [jbig2Segment(62, Buffer.alloc(9))], undefined],
    ["is unknown where there is only a part of a header", [sheet.subarray(0, 10)], undefined],
    ["is unknown where there is nothing", [], undefined],
  ])("%s", (_name, segments, expected) => {
    expect(jbig2Size(Buffer.concat(segments))).toEqual(
      expected && { widthPx: expected[0], heightPx: expected[1], components: 1, tiles: 1, isBilevel: true },
    );
  });
});

/** Of one pixel, with one byte of flags behind it. */
function sheetOfRegion(): Buffer {
  return Buffer.concat([numbers(1, 1, 0, 0), Buffer.from([0, 0])]);
}

describe("the size of a JPEG 2000 picture", () => {
  const claimed = { widthPx: 10, heightPx: 10 };
  const bare = jpxCodestream(800, 600);
  const offset = Buffer.from(bare);
  offset.writeUInt32BE(300, 16);
  const below = Buffer.from(bare);
  below.writeUInt32BE(100, 20);
  const tilesFrom = Buffer.from(jpxCodestream(800, 600, { tilePx: 100 }));
  tilesFrom.writeUInt32BE(300, 32);
  tilesFrom.writeUInt32BE(200, 36);
  const smaller = jpxCodestream(80, 60);
  const small = { widthPx: 80, heightPx: 60, components: 3, tiles: 1 };
  const displaced = Buffer.concat([bare.subarray(0, 2), Buffer.from([0xff, 0x30]), bare.subarray(2)]);
  const longBox = Buffer.concat([Buffer.from("00000001", "hex"), Buffer.from("free\0\0\0\0\0\0\0\x10", "latin1")]);
  const size = { widthPx: 800, heightPx: 600, components: 3, tiles: 1 };

  test.each<[string, Buffer, typeof size | undefined]>([
    ["is the bare code stream's", bare, size],
    ["is the code stream's, whatever the boxes around it claim", jp2File(bare, claimed), size],
    ["leaves out what lies before the offset", offset, { ...size, widthPx: 500 }],
    ["counts tiles", jpxCodestream(800, 600, { tilePx: 100 }), { ...size, tiles: 48 }],
    [
      "has as many components as a palette has columns",
      jp2File(bare, claimed, jp2Box("pclr", Buffer.from([0, 2, 200]))),
      { ...size, components: 200 },
    ],
    ["is found behind a box with a long length", Buffer.concat([longBox, jp2File(bare, claimed)]), size],
    ["is found where it does not stand where it must", displaced, size],
    ["is found in boxes that lead nowhere", Buffer.concat([numbers(5), bare]), size],
    ["leaves out what lies above the offset", below, { ...size, heightPx: 500 }],
    ["counts tiles from where they begin", tilesFrom, { ...size, tiles: 20 }],
    ["is the largest where several are found, in whichever order", Buffer.concat([displaced, smaller]), size],
    ["is the largest of several, be it the last", Buffer.concat([Buffer.from([0xff, 0x4f, 0]), smaller, bare]), size],
    ["is the code stream's where something larger stands behind it", Buffer.concat([smaller, bare]), small],
    [
      "is endless where there are more markers than are looked at",
      Buffer.alloc(20_002, Buffer.from([0xff, 0x51])),
      { widthPx: 0, heightPx: 0, components: 0, tiles: Number.POSITIVE_INFINITY },
    ],
    ["is unknown where the marker is cut", bare.subarray(0, 30), undefined],
    ["is unknown where there is no marker", Buffer.alloc(200, 0xaa), undefined],
    [
      "is unknown where nothing is left behind the offset",
      (() => {
        const none = Buffer.from(bare);
        none.writeUInt32BE(800, 16);
        return none;
      })(),
      undefined,
    ],
  ])("%s", (_name, bytes, expected) => {
    expect(jpxSize(bytes)).toEqual(expected);
  });
});

test("whatever bytes there are, looking at them ends and throws nothing", () => {
  const heads = [
    Buffer.alloc(0),
    sheet,
    file(true, sheet),
    file(false),
    jpxCodestream(9, 9),
    jp2File(jpxCodestream(9, 9), { widthPx: 9, heightPx: 9 }),
  ];
  const bytes = fc
    .tuple(fc.constantFrom(...heads), fc.nat(200), fc.uint8Array({ maxLength: 300 }))
    .map(([head, kept, tail]) => Buffer.concat([head.subarray(0, kept), tail]));
  fc.assert(
    fc.property(bytes, (data) => {
      jbig2Size(data);
      jpxSize(data);
    }),
  );
});

describe("a picture", () => {
  const maxPixels = 100e6;
  test.each([
    ["of the most pixels is fine", [10_000, 10_000, 4, 1], 100, "fine"],
    ["of more is too large", [10_001, 10_000, 1, 1], 100, "too-large"],
    ["of more that admits it is refused where it is drawn", [10_001, 10_000, 1, 1], 100_010_000, "fine"],
    ["of many components weighs more", [9000, 9000, 16, 1], 100, "too-complex"],
    ["of large tiles is fine", [10_000, 10_000, 3, 1600], 100, "fine"],
    ["of tiny tiles is too complex", [255, 255, 3, 65_025], 100, "too-complex"],
    ["of tiny tiles is too complex though it admits to be large", [60_000, 60_000, 3, 65_025], 3.6e9, "too-complex"],
  ] as const)("%s", (_name, [widthPx, heightPx, components, tiles], claimedPixels, expected) => {
    expect(judgePicture({ widthPx, heightPx, components, tiles }, claimedPixels, maxPixels)).toBe(expected);
  });
});
