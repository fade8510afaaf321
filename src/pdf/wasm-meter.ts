import { createReader, encode, encodeSigned, joined, type Part, readSections, writeSection } from "./wasm-binary.ts";

/** A module that asks, every so many function calls, whether it may go on. */
export interface MeteredModule {
  bytes: Uint8Array<ArrayBuffer>;
  /** The import that is called for the question. The module also calls it for its own purpose. */
  check: { module: string; name: string };
}

// Numbers of the WebAssembly Core Specification, chapter 5: sections, kinds of import, types, instructions.
const section = { type: 1, import: 2, global: 6, code: 10 } as const;
const imported = { function: 0, global: 3 } as const;
const i32 = 0x7f;
const functionForm = 0x60;
const nothing = 0x40;
const mutable = 1;
const op = {
  if: 0x04,
  end: 0x0b,
  call: 0x10,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i32EqualsZero: 0x45,
  i32Subtract: 0x6b,
} as const;

/** Functions shorter than this (bytes) are called by longer ones; without them the cost is a few per cent. */
const shortestMetered = 64;

/**
 * Adds a countdown to the beginning of every longer function of a WASM module: a thread in an endless computation
 * cannot be stopped from outside (measured: `terminate` of Bun 1.4.5 leaves it running for good), so it has to look up by
 * itself. The check goes to a function that the module imports already and that neither takes nor returns anything, as
 * programs made from C import `abort`: no index has to be changed. A loop that calls no longer function is not stopped.
 *
 * @param callsPerCheck function calls between two checks
 * @throws Error when the module is none, or imports no such function
 */
export function meterModule(wasm: Uint8Array, callsPerCheck: number): MeteredModule {
  const sections = readSections(wasm);
  const bodyOf = (id: number) => sections.find((candidate) => candidate.id === id)?.body ?? Uint8Array.of(0);
  const { check, functionIndex, globals } = readImports(bodyOf(section.import), readTypes(bodyOf(section.type)));
  const globalReader = createReader(bodyOf(section.global));
  const ownGlobals = globalReader.number();
  const countdown = Uint8Array.from(writeCountdown(globals + ownGlobals, callsPerCheck, functionIndex));
  const counter = [i32, mutable, op.i32Const, ...encodeSigned(callsPerCheck), op.end];
  const parts = sections.flatMap(({ id, body }) => {
    switch (id) {
      case section.global:
        return writeSection(id, [encode(ownGlobals + 1), globalReader.rest(), counter]);
      case section.code:
        return writeSection(id, meterBodies(body, countdown));
      default:
        return writeSection(id, [body]);
    }
  });
  return { bytes: joined([wasm.subarray(0, 8), ...parts]), check };
}

/** `counter -= 1; if (counter === 0) { counter = start; check(); }` */
function writeCountdown(counterIndex: number, start: number, checkIndex: number): number[] {
  const counter = encode(counterIndex);
  return [
    ...[op.globalGet, ...counter, op.i32Const, ...encodeSigned(1), op.i32Subtract, op.globalSet, ...counter],
    ...[op.globalGet, ...counter, op.i32EqualsZero, op.if, nothing],
    ...[op.i32Const, ...encodeSigned(start), op.globalSet, ...counter, op.call, ...encode(checkIndex), op.end],
  ];
}

function meterBodies(code: Uint8Array, countdown: Uint8Array): Part[] {
  const reader = createReader(code);
  const count = reader.number();
  const parts: Part[] = [encode(count)];
  for (let index = 0; index < count; index += 1) {
    const body = reader.bytes(reader.number());
    if (body.length < shortestMetered) {
      parts.push(encode(body.length), body);
      continue;
    }
    const start = lengthOfLocals(body);
    parts.push(encode(body.length + countdown.length), body.subarray(0, start), countdown, body.subarray(start));
  }
  return parts;
}

/** A function's body begins with its local variables, in groups of a number and a type. */
function lengthOfLocals(body: Uint8Array): number {
  const reader = createReader(body);
  for (let group = reader.number(); group > 0; group -= 1) {
    reader.number();
    reader.bytes(1);
  }
  return reader.position;
}

/** For each type whether it is a function of nothing to nothing. */
function readTypes(body: Uint8Array): boolean[] {
  const reader = createReader(body);
  return Array.from({ length: reader.number() }, () => {
    if (reader.bytes(1)[0] !== functionForm) throw new Error("the WASM module has a type that is not known here");
    const parameters = reader.bytes(reader.number());
    const results = reader.bytes(reader.number());
    return parameters.length + results.length === 0;
  });
}

function readImports(body: Uint8Array, isPlain: readonly boolean[]) {
  const reader = createReader(body);
  const name = () => new TextDecoder().decode(reader.bytes(reader.number()));
  let functions = 0;
  let globals = 0;
  let found: { check: MeteredModule["check"]; functionIndex: number } | undefined;
  for (let left = reader.number(); left > 0; left -= 1) {
    const source = { module: name(), name: name() };
    switch (reader.bytes(1)[0]) {
      case imported.function:
        if (isPlain[reader.number()]) found ??= { check: source, functionIndex: functions };
        functions += 1;
        break;
      case imported.global:
        reader.bytes(2);
        globals += 1;
        break;
      default:
        throw new Error("the WASM module has an import that is not known here");
    }
  }
  if (found === undefined) throw new Error("the WASM module imports no function that could be the check");
  return { ...found, globals };
}
