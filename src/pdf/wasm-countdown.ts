import { encode, encodeSigned } from "./wasm-binary.ts";
import { i32 } from "./wasm-declarations.ts";

// Numbers of the WebAssembly Core Specification, chapter 5.4.
const op = {
  if: 0x04,
  end: 0x0b,
  call: 0x10,
  localGet: 0x20,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i32EqualsZero: 0x45,
  i32AtMostSigned: 0x4c,
  i32Add: 0x6a,
  i32Subtract: 0x6b,
  i32And: 0x71,
} as const;
const nothing = 0x40;
const mutable = 1;

/** A loop counts its rounds by itself, which costs least, and so often charges them: 4 microseconds of the shortest. */
const roundsPerCharge = 2 ** 12;
/** What is charged for them, in function calls of about 13 ns. */
const callsPerCharge = 512;

/** What a module counts with. */
export interface Countdown {
  /** Index of the global that counts. */
  counter: number;
  /** Where it starts anew. */
  start: number;
  /** Index of the function that looks up. */
  check: number;
}

/** The global, with its type. */
export function writeCounter({ start }: Countdown): number[] {
  return [i32, mutable, op.i32Const, ...encodeSigned(start), op.end];
}

/** `counter -= calls; if (counter <= 0) { counter = start; check(); }` */
export function writeCharge(calls: number, { counter, start, check }: Countdown): number[] {
  const global = encode(counter);
  return [
    ...[op.globalGet, ...global, op.i32Const, ...encodeSigned(calls), op.i32Subtract, op.globalSet, ...global],
    ...[op.globalGet, ...global, op.i32Const, ...encodeSigned(0), op.i32AtMostSigned, op.if, nothing],
    ...[op.i32Const, ...encodeSigned(start), op.globalSet, ...global, op.call, ...encode(check), op.end],
  ];
}

/** `local += 1; if ((local & mask) === 0) charge;`, with a local variable of the loop's function. */
export function writeRoundCount(localIndex: number, countdown: Countdown): number[] {
  const local = encode(localIndex);
  return [
    ...[op.localGet, ...local, op.i32Const, ...encodeSigned(1), op.i32Add, op.localTee, ...local],
    ...[op.i32Const, ...encodeSigned(roundsPerCharge - 1), op.i32And, op.i32EqualsZero, op.if, nothing],
    ...[...writeCharge(callsPerCharge, countdown), op.end],
  ];
}
