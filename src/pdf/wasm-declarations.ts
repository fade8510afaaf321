import { createReader } from "./wasm-binary.ts";

// Numbers of the WebAssembly Core Specification, chapter 5: sections, types, kinds of import.
export const section = { type: 1, import: 2, function: 3, global: 6, code: 10 } as const;
export const i32 = 0x7f;
const functionForm = 0x60;
const imported = { function: 0, global: 3 } as const;

/** A function's body begins with its local variables, in groups of a number and a type. */
export function readLocals(body: Uint8Array) {
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

/** @throws Error on a type that is no function */
export function readTypes(body: Uint8Array): FunctionType[] {
  const reader = createReader(body);
  return Array.from({ length: reader.number() }, () => {
    if (reader.bytes(1)[0] !== functionForm) throw new Error("the WASM module has a type that is not known here");
    const parameters = reader.bytes(reader.number()).length;
    const results = reader.bytes(reader.number()).length;
    return { parameters, results };
  });
}

/** The type of each function of the module's own, as an index. */
export function readFunctions(body: Uint8Array): number[] {
  const reader = createReader(body);
  return Array.from({ length: reader.number() }, () => reader.number());
}

/**
 * How many functions and globals come from outside, and a function among them that takes and returns nothing.
 *
 * @throws Error when there is none, or an import that is not known here
 */
export function readImports(body: Uint8Array, types: readonly FunctionType[]) {
  const isPlain = types.map(({ parameters, results }) => parameters + results === 0);
  const reader = createReader(body);
  const name = () => new TextDecoder().decode(reader.bytes(reader.number()));
  let functions = 0;
  let globals = 0;
  let found: { check: { module: string; name: string }; functionIndex: number } | undefined;
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
