/** Bytes that a section or a module is put together from. */
export type Part = Uint8Array | readonly number[];

/** A section of a WASM module, without its head. */
export interface Section {
  id: number;
  body: Uint8Array;
}

/**
 * The sections of a WASM module in their order. Format: WebAssembly Core Specification, chapter 5.
 *
 * @throws Error when the bytes are no WASM module
 */
export function readSections(wasm: Uint8Array): Section[] {
  if (Buffer.from(wasm.subarray(0, 4)).toString("latin1") !== "\0asm") throw new Error("this is no WASM module");
  const reader = createReader(wasm.subarray(8));
  const sections: Section[] = [];
  while (!reader.ended) sections.push({ id: reader.bytes(1)[0] ?? 0, body: reader.bytes(reader.number()) });
  return sections;
}

/** A section with its head. */
export function writeSection(id: number, parts: readonly Part[]): Part[] {
  return [[id], encode(lengthOf(parts)), ...parts];
}

export const lengthOf = (parts: readonly Part[]) => parts.reduce((sum, part) => sum + part.length, 0);

export function joined(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Reads from the beginning to the end; what would lie behind the end is zero or missing. */
export function createReader(bytes: Uint8Array) {
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

/** Unsigned LEB128. */
export function encode(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...encode(Math.floor(value / 128))];
}

/** A positive number as signed LEB128: the last byte's bit 6 is its sign. */
export function encodeSigned(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...encodeSigned(Math.floor(value / 128))];
}
