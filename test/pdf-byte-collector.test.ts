import { expect, test } from "bun:test";
import { createByteCollector } from "../src/pdf/byte-collector.ts";

const growable = (maxByteLength: number) => new SharedArrayBuffer(0, { maxByteLength });

test("what is appended piece by piece is one run of shared bytes", () => {
  const collector = createByteCollector(growable(5_000_000), 5_000_000);
  const piece = new Uint8Array(70_001).map((_, index) => index % 251);
  const copies = Array.from({ length: 50 }, () => collector.append(piece));
  const bytes = collector.joined(copies);
  expect(bytes?.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(bytes).toHaveLength(50 * piece.length);
  expect(Buffer.compare(bytes?.subarray(49 * piece.length) ?? piece.subarray(1), piece)).toBe(0);
});

test("the limit is the last byte that is taken", () => {
  const collector = createByteCollector(growable(99), 10);
  collector.append(new Uint8Array(10));
  expect(() => collector.append(new Uint8Array(1))).toThrow(expect.objectContaining({ code: "body_too_large" }));
  expect(collector.length).toBe(10);
});

test("parts that do not follow one another, or stand elsewhere, are not one view", () => {
  const collector = createByteCollector(growable(99), 99);
  const [one, two, three] = [1, 2, 3].map((byte) => collector.append(new Uint8Array(4).fill(byte)));
  if (one === undefined || two === undefined || three === undefined) throw new Error("three were appended");
  expect(collector.joined([one.subarray(2), two])).toEqual(Uint8Array.of(1, 1, 2, 2, 2, 2));
  expect(collector.joined([one.slice(), two, three.slice(1)])).toEqual(Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3));
  expect(collector.joined([one, three])).toBeUndefined();
  expect(collector.joined([two, one])).toBeUndefined();
  expect(collector.joined([one.slice(), three])).toBeUndefined();
  expect(collector.joined([one.slice(), two.slice()])).toBeUndefined();
  expect(collector.joined([three, new Uint8Array(4)])).toBeUndefined();
  expect(collector.joined([])).toBeUndefined();
});

test("what an earlier document left in the memory is not part of what is collected", () => {
  const buffer = growable(99);
  createByteCollector(buffer, 99).append(new Uint8Array(50).fill(7));
  const collector = createByteCollector(buffer, 99);
  expect(collector.length).toBe(0);
  expect(collector.joined([collector.append(Uint8Array.of(1))])).toEqual(Uint8Array.of(1));
});
