import { createReader } from "./wasm-binary.ts";

type Reader = ReturnType<typeof createReader>;

const op = { loop: 0x03, brTable: 0x0e, selectTyped: 0x1c, tryTable: 0x1f, f32Const: 0x43, f64Const: 0x44 } as const;
const prefix = { numeric: 0xfc, vector: 0xfd } as const;

/**
 * Finds the loops of a function: the places behind every `loop` with its type, from where an iteration begins.
 * Instructions: WebAssembly Core Specification, chapter 5.4, and the exception handling of before 3.0.
 *
 * @param body a function with its local variables
 * @param start where its instructions begin
 * @throws Error on an instruction that is not known here
 */
export function loopStarts(body: Uint8Array, start: number): number[] {
  const reader = createReader(body);
  reader.bytes(start);
  const starts: number[] = [];
  while (!reader.ended) {
    const code = reader.bytes(1)[0] ?? 0;
    skipImmediates(reader, code);
    if (code === op.loop) starts.push(reader.position);
  }
  return starts;
}

function skipImmediates(reader: Reader, code: number): void {
  switch (code) {
    case op.brTable:
      skipNumbers(reader, reader.number() + 1);
      break;
    case op.selectTyped:
      skipNumbers(reader, reader.number());
      break;
    case op.tryTable:
      reader.number();
      for (let clause = reader.number(); clause > 0; clause -= 1) skipNumbers(reader, catchNumbers(reader.number()));
      break;
    case op.f32Const:
      reader.bytes(4);
      break;
    case op.f64Const:
      reader.bytes(8);
      break;
    case prefix.numeric:
      skipNumbers(reader, numbersAfterNumeric(reader.number()));
      break;
    case prefix.vector:
      skipAfterVector(reader, reader.number());
      break;
    default:
      skipNumbers(reader, numbersAfter(code));
  }
}

/** Signed and unsigned LEB128, types of blocks included, end alike: with the first byte below 128. */
function skipNumbers(reader: Reader, count: number): void {
  for (let left = count; left > 0; left -= 1) reader.number();
}

function numbersAfter(code: number): number {
  if (code <= 0x01 || code === 0x05 || code === 0x0a || code === 0x0b || code === 0x0f || code === 0x19) return 0;
  if (code <= 0x04 || (code >= 0x06 && code <= 0x0d) || code === 0x10 || code === 0x12 || code === 0x18) return 1;
  if (code === 0x11 || code === 0x13) return 2;
  if (code === 0x1a || code === 0x1b) return 0;
  if (code >= 0x20 && code <= 0x26) return 1;
  if (code >= 0x28 && code <= 0x3e) return 2;
  if (code >= 0x3f && code <= 0x42) return 1;
  if ((code >= 0x45 && code <= 0xc4) || code === 0xd1) return 0;
  if (code === 0xd0 || code === 0xd2) return 1;
  throw unknown(code);
}

/** Catches of `try_table` name a tag and a label, or (all) only a label. */
const catchNumbers = (kind: number) => (kind < 2 ? 2 : 1);

function numbersAfterNumeric(code: number): number {
  if (code < 8) return 0;
  if (code === 8 || code === 10 || code === 12 || code === 14) return 2;
  if (code <= 17) return 1;
  throw unknown(code);
}

function skipAfterVector(reader: Reader, code: number): void {
  if (code <= 11 || code === 92 || code === 93) skipNumbers(reader, 2);
  else if (code <= 13) reader.bytes(16);
  else if (code >= 21 && code <= 34) reader.bytes(1);
  else if (code >= 84 && code <= 91) {
    skipNumbers(reader, 2);
    reader.bytes(1);
  }
}

const unknown = (code: number) => new Error(`the WASM module has an instruction that is not known here: ${code}`);
