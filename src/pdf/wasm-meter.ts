import { createReader, encode, joined, lengthOf, type Part, readSections, writeSection } from "./wasm-binary.ts";
import { type Countdown, writeCharge, writeCounter, writeRoundCount } from "./wasm-countdown.ts";
import { i32, readFunctions, readImports, readLocals, readTypes, section } from "./wasm-declarations.ts";
import { loopStarts } from "./wasm-instructions.ts";

/** A module that asks, every so many function calls and rounds of a loop, whether it may go on. */
export interface MeteredModule {
  bytes: Uint8Array<ArrayBuffer>;
  /** The import that is called for the question. The module also calls it for its own purpose. */
  check: { module: string; name: string };
}

/** Shorter functions (bytes) without loops do not count: others call them, or they recur to the end of the stack. */
const shortestMetered = 64;
/** What a function with a loop is charged at its beginning, for the rounds that never come to be charged. */
const callsPerLooping = 64;

/**
 * Adds a countdown to the beginning of every longer function of a WASM module and to its loops: a thread in an endless
 * computation cannot be stopped from outside (measured: `terminate` of Bun 1.4.5 leaves it running for good), so it has
 * to look up by itself. The check goes to a function that the module imports already and that neither takes nor returns
 * anything, as programs made from C import `abort`: no index has to be changed.
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
  const countdown = { counter: globals + ownGlobals, start: callsPerCheck, check: functionIndex };
  const parts = sections.flatMap(({ id, body }) => {
    switch (id) {
      case section.global:
        return writeSection(id, [encode(ownGlobals + 1), globalReader.rest(), writeCounter(countdown)]);
      case section.code:
        return writeSection(id, meterBodies(body, parameters, countdown));
      default:
        return writeSection(id, [body]);
    }
  });
  return { bytes: joined([wasm.subarray(0, 8), ...parts]), check };
}

/** @param parameters of each function of the module's own */
function meterBodies(code: Uint8Array, parameters: readonly number[], countdown: Countdown): Part[] {
  const ofCall = Uint8Array.from(writeCharge(1, countdown));
  const ofLooping = Uint8Array.from(writeCharge(callsPerLooping, countdown));
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
    const roundCount = Uint8Array.from(writeRoundCount((parameters[index] ?? 0) + locals.count, countdown));
    const pieces = [locals.end, ...loops].map((start, piece) => body.subarray(start, loops[piece]));
    return [
      ...[encode(locals.groups + 1), locals.declarations, encode(1), [i32], ofLooping],
      ...pieces.flatMap((piece, place) => (place === 0 ? [piece] : [roundCount, piece])),
    ];
  });
  return [encode(count), ...bodies.flatMap((parts) => [encode(lengthOf(parts)), ...parts])];
}
