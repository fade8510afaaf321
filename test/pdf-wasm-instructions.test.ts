import { expect, test } from "bun:test";
import { loopStarts } from "../src/pdf/wasm-instructions.ts";

const loop = 0x03;
/** Every one is followed by a loop; the bytes of its operands, where it has any, would be one as well. */
test.each<[name: string, instruction: number[]]>([
  ["nop", [0x01]],
  ["block", [0x02, 0x40]],
  ["br_if", [0x0d, loop]],
  ["br_table", [0x0e, 2, loop, loop, loop]],
  ["throw", [0x08, loop]],
  ["call", [0x10, 0x83, loop]],
  ["call_indirect", [0x11, loop, loop]],
  ["select of a type", [0x1c, 1, loop]],
  ["try_table", [0x1f, 0x40, 2, 0, loop, loop, 2, loop]],
  ["local.get", [0x20, loop]],
  ["i32.load", [0x28, loop, 0x83, loop]],
  ["memory.grow", [0x40, 0]],
  ["i32.const", [0x41, 0x83, loop]],
  ["i64.const", [0x42, 0x83, 0x83, 0x83, loop]],
  ["f32.const", [0x43, loop, loop, loop, loop]],
  ["f64.const", [0x44, ...Array(8).fill(loop)]],
  ["i32.add", [0x6a]],
  ["i64.extend32_s", [0xc4]],
  ["ref.func", [0xd2, loop]],
  ["i32.trunc_sat_f32_s", [0xfc, 0]],
  ["memory.copy", [0xfc, 10, loop, loop]],
  ["memory.fill", [0xfc, 11, loop]],
  ["v128.load", [0xfd, 0, loop, loop]],
  ["v128.const", [0xfd, 12, ...Array(16).fill(loop)]],
  ["i8x16.extract_lane", [0xfd, 21, loop]],
  ["v128.load8_lane", [0xfd, 84, loop, loop, loop]],
  ["i8x16.add", [0xfd, 0x6e]],
])("the loop behind %s is found, and nothing else", (_, instruction) => {
  const body = Uint8Array.from([0, ...instruction, loop, 0x40, 0x0b, 0x0b]);
  expect(loopStarts(body, 1)).toEqual([1 + instruction.length + 2]);
});

test("loops in loops are all found", () => {
  expect(loopStarts(Uint8Array.of(0, loop, 0x40, loop, 0x7f, 0x41, 1, 0x0b, 0x1a, 0x0b, 0x0b), 1)).toEqual([3, 5]);
});

test.each([0x27, 0xd3, 0xff])("the unknown instruction %i is an error", (code) => {
  expect(() => loopStarts(Uint8Array.of(0, code), 1)).toThrow(`not known here: ${code}`);
});
