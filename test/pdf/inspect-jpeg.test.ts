import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { inspectJpeg } from "../../src/pdf/pictures/inspect-jpeg.ts";
import { heldJpegBytes } from "../../src/pdf/pictures/jpeg-frame.ts";
import { buildJpeg } from "../support/picture-builder.ts";

const fixture = (name: string) => new Uint8Array(readFileSync(`${import.meta.dir}/../fixtures/${name}.jpg`));
const jpegs: ReadonlyArray<readonly [string, Uint8Array]> = [
  ["a sequential one", buildJpeg(["Line 001", "Line 002", "Line 003"], { widthPx: 300, heightPx: 203 })],
  ["a progressive one", fixture("progressive")],
  ["one with restart markers and halved colours", fixture("restart")],
  ["one with tables of its own", fixture("optimised-444")],
];
/** Up to this share of its bytes. */
const upTo = (jpeg: Uint8Array, share: number) => jpeg.subarray(0, Math.floor(jpeg.length * share));
const endMarker = Buffer.from([0xff, 0xd9]);

describe.each(jpegs)("the data of a JPEG: %s", (_name, jpeg) => {
  const dataOf = (...parts: readonly Uint8Array[]) => inspectJpeg(new Uint8Array(Buffer.concat(parts))).data;

  test("are whole, also without an end marker and with anything behind it", () => {
    expect(dataOf(jpeg)).toBe("whole");
    expect(dataOf(jpeg.subarray(0, -2))).toBe("whole");
    expect(dataOf(jpeg, Buffer.alloc(4096))).toBe("whole");
  });

  test.each([0.5, 0.6, 0.7, 0.8, 0.9, 0.97])("are cut where the file ends after %p of its bytes", (share) => {
    expect(dataOf(upTo(jpeg, share))).toBe("cut");
  });

  test("are cut where an end marker was put behind what is left", () => {
    expect(dataOf(upTo(jpeg, 0.7), endMarker)).toBe("cut");
  });

  test("are cut where the rest is zeros, with and without an end marker", () => {
    const zeros = Buffer.alloc(Math.ceil(jpeg.length * 0.4));
    expect(dataOf(upTo(jpeg, 0.6), zeros)).toBe("cut");
    expect(dataOf(upTo(jpeg, 0.6), zeros, endMarker)).toBe("cut");
  });
});

test("a run of empty blocks ends at a restart marker, as decoders have it", () => {
  const segment = (code: number, ...data: number[]) => [0xff, code, 0, data.length + 2, ...data];
  const codes = (place: number, counts: number[], symbols: number[]) =>
    segment(0xc4, place, ...counts, ...Array<number>(16 - counts.length).fill(0), ...symbols);
  const scan = (first: number, last: number, ...intervals: number[]) => [
    ...segment(0xda, 1, 1, 0, first, last, 0),
    ...intervals.flatMap((byte, at) => (at === 0 ? [byte] : [0xff, 0xcf + at, byte])),
  ];
  // Three grey blocks, each of an interval of its own.
  const jpeg = Uint8Array.from([
    ...[0xff, 0xd8, ...segment(0xc2, 8, 0, 8, 0, 24, 1, 1, 0x11, 0), ...segment(0xdd, 0, 1)],
    ...[...codes(0x00, [1], [0]), ...codes(0x10, [1, 1], [0x00, 0x10])],
    // The first interval of the second scan tells of two empty blocks.
    ...[...scan(0, 0, 0x7f, 0x7f, 0x7f), ...scan(1, 63, 0x9f, 0x7f, 0x7f), 0xff, 0xd9],
  ]);
  expect(inspectJpeg(jpeg)).toMatchObject({ frame: { isProgressive: true }, data: "whole" });
  expect(inspectJpeg(jpeg.subarray(0, -4)).data).toBe("cut");
});

test("a progressive JPEG without its last scans is cut", () => {
  const jpeg = fixture("progressive");
  const lastScan = Buffer.from(jpeg).lastIndexOf(Buffer.from([0xff, 0xda]));
  expect(inspectJpeg(new Uint8Array(Buffer.concat([jpeg.subarray(0, lastScan), endMarker]))).data).toBe("cut");
});

test.each([
  ["restart", 0.1],
  ["optimised-444", 0.1],
  ["progressive", 3],
])("a JPEG that is decoded in strips holds little, a progressive one all its values: %s", (name, bytesPerPixel) => {
  const { frame } = inspectJpeg(fixture(name));
  expect(frame && heldJpegBytes(frame)).toBeCloseTo(bytesPerPixel, 1);
});

test("what is no JPEG, or one of another process, is not judged", () => {
  expect(inspectJpeg(new Uint8Array(0))).toEqual({ frame: undefined, data: "unknown" });
  expect(inspectJpeg(new Uint8Array(Buffer.from("GIF89a"))).data).toBe("unknown");
  const arithmetic = fixture("optimised-444");
  arithmetic[Buffer.from(arithmetic).indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc9;
  expect(inspectJpeg(arithmetic).data).toBe("unknown");
});

test("no bytes make it throw or go on for ever", () => {
  const jpeg = fixture("progressive");
  fc.assert(
    fc.property(fc.nat(jpeg.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), (at, noise) => {
      const spoilt = Uint8Array.from(jpeg);
      spoilt.set(noise.subarray(0, jpeg.length - at), at);
      expect(["whole", "cut", "unknown"]).toContain(inspectJpeg(spoilt).data);
    }),
  );
});
