import { afterEach, expect, test } from "bun:test";
import { boundWasmMemory } from "../../src/pdf/engine/memory.ts";

const page = 65_536;
const { grow } = WebAssembly.Memory.prototype;
afterEach(() => {
  WebAssembly.Memory.prototype.grow = grow;
});

test("a WASM memory grows up to its bound and not a page further", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 100 });
  boundWasmMemory(3 * page);
  expect(memory.grow(2)).toBe(1);
  expect(() => memory.grow(1)).toThrow(RangeError);
  expect(memory.buffer.byteLength).toBe(3 * page);
});
