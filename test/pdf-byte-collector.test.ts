import { expect, test } from "bun:test";
import { createByteCollector } from "../src/pdf/byte-collector.ts";

test("what is appended piece by piece is one run of shared bytes", () => {
  const collector = createByteCollector(5_000_000);
  const piece = new Uint8Array(70_001).map((_, index) => index % 251);
  for (let count = 0; count < 50; count += 1) collector.append(piece);
  const bytes = collector.bytes();
  expect(bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(bytes).toHaveLength(50 * piece.length);
  expect(Buffer.compare(bytes.subarray(49 * piece.length), piece)).toBe(0);
});

test("the limit is the last byte that is taken", () => {
  const collector = createByteCollector(10);
  collector.append(new Uint8Array(10));
  expect(() => collector.append(new Uint8Array(1))).toThrow(expect.objectContaining({ code: "file_too_large" }));
  expect(collector.length).toBe(10);
});

test("nothing appended is no bytes", () => {
  expect(createByteCollector(10).bytes()).toHaveLength(0);
});
