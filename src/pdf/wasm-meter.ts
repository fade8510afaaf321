/** A module that asks, every so many function calls, whether it may go on. */
export interface MeteredModule {
  bytes: Uint8Array<ArrayBuffer>;
  /** The import that is called for the question; the module has others uses for it, which come at other times. */
  check: { module: string; name: string };
}

const importSection = 2;
const typeSection = 1;
const globalSection = 6;
const codeSection = 10;
const i32 = 0x7f;
const functionForm = 0x60;

/** Functions shorter than this (bytes) are called by longer ones; without them the cost is a few per cent. */
const shortestMetered = 64;

/**
 * Adds a countdown to the beginning of every longer function of a WASM module: a thread in an endless computation
 * cannot be stopped from outside (measured: `terminate` of Bun 1.4.5 leaves it running for good), so it has to look up by
 * itself. The check goes to a function that the module imports already and that neither takes nor returns anything, as
 * programs made from C import `abort`: no index has to be changed. Format: WebAssembly Core Specification, chapter 5.
 *
 * @param callsPerCheck function calls between two checks
 * @throws Error when the module is none, or imports no such function
 */
export function meterModule(wasm: Uint8Array, callsPerCheck: number): MeteredModule {
  const sections = readSections(wasm);
  const bodyOf = (id: number) => sections.find((section) => section.id === id)?.body ?? new Uint8Array([0]);
  const { check, functionIndex, globals } = readImports(bodyOf(importSection), readTypes(bodyOf(typeSection)));
  const globalReader = createReader(bodyOf(globalSection));
  const ownGlobals = globalReader.number();
  const counter = encode(globals + ownGlobals);
  const start = encodeSigned(callsPerCheck);
  const prologue = [
    ...[0x23, ...counter, 0x41, 0x01, 0x6b, 0x24, ...counter],
    ...[0x23, ...counter, 0x45, 0x04, 0x40, 0x41, ...start, 0x24, ...counter, 0x10, ...encode(functionIndex), 0x0b],
  ];
  const grownGlobals = [encode(ownGlobals + 1), globalReader.rest(), [i32, 1, 0x41, ...start, 0x0b]];
  const parts = sections.flatMap(({ id, body }) => {
    if (id === globalSection) return section(id, grownGlobals);
    if (id === codeSection) return section(id, meterBodies(body, Uint8Array.from(prologue)));
    return section(id, [body]);
  });
  return { bytes: joined([wasm.subarray(0, 8), ...parts]), check };
}

function meterBodies(code: Uint8Array, prologue: Uint8Array): Part[] {
  const reader = createReader(code);
  const count = reader.number();
  const parts: Part[] = [encode(count)];
  for (let index = 0; index < count; index += 1) {
    const body = reader.bytes(reader.number());
    if (body.length < shortestMetered) {
      parts.push(encode(body.length), body);
      continue;
    }
    const locals = createReader(body);
    for (let group = locals.number(); group > 0; group -= 1) {
      locals.number();
      locals.bytes(1);
    }
    const at = locals.position;
    parts.push(encode(body.length + prologue.length), body.subarray(0, at), prologue, body.subarray(at));
  }
  return parts;
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
  const decoder = new TextDecoder();
  let functions = 0;
  let globals = 0;
  let found: { check: MeteredModule["check"]; functionIndex: number } | undefined;
  for (let left = reader.number(); left > 0; left -= 1) {
    const module = decoder.decode(reader.bytes(reader.number()));
    const name = decoder.decode(reader.bytes(reader.number()));
    switch (reader.bytes(1)[0]) {
      case 0:
        if (isPlain[reader.number()]) found ??= { check: { module, name }, functionIndex: functions };
        functions += 1;
        break;
      case 3:
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

type Part = Uint8Array | readonly number[];

function readSections(wasm: Uint8Array): { id: number; body: Uint8Array }[] {
  if (Buffer.from(wasm.subarray(0, 4)).toString("latin1") !== "\0asm") throw new Error("this is no WASM module");
  const reader = createReader(wasm.subarray(8));
  const sections: { id: number; body: Uint8Array }[] = [];
  while (!reader.ended) sections.push({ id: reader.bytes(1)[0] ?? 0, body: reader.bytes(reader.number()) });
  return sections;
}

function section(id: number, parts: readonly Part[]): Part[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [[id], encode(length), ...parts];
}

function joined(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function createReader(bytes: Uint8Array) {
  let at = 0;
  return {
    get position() {
      return at;
    },
    get ended() {
      return at >= bytes.length;
    },
    /** An unsigned LEB128. */
    number(): number {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at] ?? 0;
        at += 1;
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    },
    bytes(length: number): Uint8Array {
      at += length;
      return bytes.subarray(at - length, at);
    },
    rest: () => bytes.subarray(at),
  };
}

function encode(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...encode(Math.floor(value / 128))];
}

/** A positive number as signed LEB128: the last byte's bit 6 is its sign. */
function encodeSigned(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...encodeSigned(Math.floor(value / 128))];
}
