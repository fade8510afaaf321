import {
  createReader,
  encode,
  encodeSigned,
  joined,
  lengthOf,
  type Part,
  readSections,
  writeSection,
} from "./wasm-binary.ts";
import { loopStarts } from "./wasm-instructions.ts";

/** A module that asks, every so many function calls and rounds of a loop, whether it may go on. */
export interface MeteredModule {
  bytes: Uint8Array<ArrayBuffer>;
  /** The import that is called for the question. The module also calls it for its own purpose. */
  check: { module: string; name: string };
}

// Numbers of the WebAssembly Core Specification, chapter 5: sections, kinds of import, types, instructions.
const section = { type: 1, import: 2, function: 3, global: 6, code: 10 } as const;
const imported = { function: 0, global: 3 } as const;
const i32 = 0x7f;
const functionForm = 0x60;
const nothing = 0x40;
const mutable = 1;
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

/** Functions without loops that are shorter than this (bytes) do not count: others call them, or they recur to the end of the stack. */
const shortestMetered = 64;
/** A loop counts its rounds by itself, which costs least, and so often charges them: 4 microseconds of the shortest. */
const roundsPerCharge = 2 ** 12;
/** What is charged for them, in function calls of about 13 ns. */
const callsPerCharge = 512;
/** What a function with a loop is charged at its beginning, for the rounds that never come to be charged. */
const callsPerLooping = 64;

/**
 * Adds a countdown to the beginning of every longer function of a WASM module and to its loops: a thread in an endless computation cannot be stopped from outside (measured: `terminate` of Bun 1.4.5 leaves it running
 * for good), so it has to look up by itself. The check goes to a function that the module imports already and that
 * neither takes nor returns anything, as programs made from C import `abort`: no index has to be changed.
 *
 * @param callsPerCheck function calls between two checks
 * @throws Error when the module is none, imports no such function, or holds something that is not known here
 */
export function meterModule(wasm: Uint8Array, callsPerCheck: number): MeteredModule {
  const sections = readSections(wasm);
  const bodyOf = (id: number) => sections.find((candidate) => candidate.id === id)?.body ?? Uint8Array.of(0);
  const types = readTypes(bodyOf(section.type));
  const { check, functionIndex, globals } = readImports(bodyOf(section.import), types);
  const parameters = readFunctions(bodyOf(section.function)).map((type) => types[type]?.parameters ?? 0);
  const globalReader = createReader(bodyOf(section.global));
  const ownGlobals = globalReader.number();
  const charge = (calls: number) =>
    Uint8Array.from(writeCharge(calls, { counter: globals + ownGlobals, start: callsPerCheck, check: functionIndex }));
  const counter = [i32, mutable, op.i32Const, ...encodeSigned(callsPerCheck), op.end];
  const parts = sections.flatMap(({ id, body }) => {
    switch (id) {
      case section.global:
        return writeSection(id, [encode(ownGlobals + 1), globalReader.rest(), counter]);
      case section.code:
        return writeSection(id, meterBodies(body, parameters, charge));
      default:
        return writeSection(id, [body]);
    }
  });
  return { bytes: joined([wasm.subarray(0, 8), ...parts]), check };
}

interface Countdown {
  /** Index of the global that counts. */
  counter: number;
  /** Where it starts anew. */
  start: number;
  /** Index of the function that looks up. */
  check: number;
}

/** `counter -= calls; if (counter <= 0) { counter = start; check(); }` */
function writeCharge(calls: number, { counter, start, check }: Countdown): number[] {
  const global = encode(counter);
  return [
    ...[op.globalGet, ...global, op.i32Const, ...encodeSigned(calls), op.i32Subtract, op.globalSet, ...global],
    ...[op.globalGet, ...global, op.i32Const, ...encodeSigned(0), op.i32AtMostSigned, op.if, nothing],
    ...[op.i32Const, ...encodeSigned(start), op.globalSet, ...global, op.call, ...encode(check), op.end],
  ];
}

/** `local += 1; if ((local & mask) === 0) charge;` */
function writeRoundCount(localIndex: number, charge: Uint8Array): Uint8Array {
  const local = encode(localIndex);
  return Uint8Array.from([
    ...[op.localGet, ...local, op.i32Const, ...encodeSigned(1), op.i32Add, op.localTee, ...local],
    ...[op.i32Const, ...encodeSigned(roundsPerCharge - 1), op.i32And, op.i32EqualsZero, op.if, nothing],
    ...[...charge, op.end],
  ]);
}

/** @param parameters of each function of the module's own */
function meterBodies(code: Uint8Array, parameters: readonly number[], charge: (calls: number) => Uint8Array): Part[] {
  const ofCall = charge(1);
  const ofLooping = charge(callsPerLooping);
  const ofRounds = charge(callsPerCharge);
  const reader = createReader(code);
  const count = reader.number();
  const bodies = Array.from({ length: count }, (_, index) => {
    const body = reader.bytes(reader.number());
    const locals = readLocals(body);
    const loops = loopStarts(body, locals.end);
    if (loops.length === 0) {
      if (body.length < shortestMetered) return [body];
      return [body.subarray(0, locals.end), ofCall, body.subarray(locals.end)];
    }
    const roundCount = writeRoundCount((parameters[index] ?? 0) + locals.count, ofRounds);
    const pieces = [locals.end, ...loops].map((start, piece) => body.subarray(start, loops[piece]));
    return [
      ...[encode(locals.groups + 1), locals.declarations, encode(1), [i32], ofLooping],
      ...pieces.flatMap((piece, place) => (place === 0 ? [piece] : [roundCount, piece])),
    ];
  });
  return [encode(count), ...bodies.flatMap((parts) => [encode(lengthOf(parts)), ...parts])];
}

/** A function's body begins with its local variables, in groups of a number and a type. */
function readLocals(body: Uint8Array) {
  const reader = createReader(body);
  const groups = reader.number();
  const start = reader.position;
  let count = 0;
  for (let left = groups; left > 0; left -= 1) {
    count += reader.number();
    reader.bytes(1);
  }
  return { groups, count, declarations: body.subarray(start, reader.position), end: reader.position };
}

interface FunctionType {
  parameters: number;
  results: number;
}

function readTypes(body: Uint8Array): FunctionType[] {
  const reader = createReader(body);
  return Array.from({ length: reader.number() }, () => {
    if (reader.bytes(1)[0] !== functionForm) throw new Error("the WASM module has a type that is not known here");
    const parameters = reader.bytes(reader.number()).length;
    const results = reader.bytes(reader.number()).length;
    return { parameters, results };
  });
}

/** The type of each function of the module's own, as an index. */
function readFunctions(body: Uint8Array): number[] {
  const reader = createReader(body);
  return Array.from({ length: reader.number() }, () => reader.number());
}

function readImports(body: Uint8Array, types: readonly FunctionType[]) {
  const isPlain = types.map(({ parameters, results }) => parameters + results === 0);
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
