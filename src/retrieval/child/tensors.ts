import { Tensor } from "onnxruntime-node";
import { specialIds } from "./tokenise.ts";

/**
 * What a model reads: the sequences, padded to the width of the longest.
 *
 * @param names of the model's inputs
 * @throws Error when there is an input that is not known
 */
export function feeds(
  names: readonly string[],
  sequences: readonly Int32Array[],
  width: number,
): Record<string, Tensor> {
  const shape = [sequences.length, width];
  const ids = int64(sequences.length * width, specialIds.pad);
  const mask = int64(sequences.length * width, 0);
  sequences.forEach((sequence, row) => {
    for (let column = 0, at = row * width * 2; column < sequence.length; column += 1, at += 2) {
      ids[at] = sequence[column] ?? specialIds.pad;
      mask[at] = 1;
    }
  });
  const shaped = (data: Int32Array) => new Tensor("int64", new BigInt64Array(data.buffer), shape);
  const known: Record<string, () => Tensor> = {
    input_ids: () => shaped(ids),
    attention_mask: () => shaped(mask),
    token_type_ids: () => shaped(int64(sequences.length * width, 0)),
  };
  return Object.fromEntries(
    names.map((name) => {
      const make = known[name];
      if (make === undefined) throw new Error(`it wants an input ${name}, which is not known`);
      return [name, make()];
    }),
  );
}

/** 64-bit integers as pairs of halves, the low one first: a `BigInt` for each would cost more than all else here. */
function int64(count: number, value: number): Int32Array {
  const halves = new Int32Array(count * 2);
  if (value !== 0) for (let at = 0; at < halves.length; at += 2) halves[at] = value;
  return halves;
}

// Counted loops from here on: `for (const value of values)` takes twenty times as long over typed arrays (Bun 1.4.5), which
// was 2 ms of a batch of 65 sequences, while a card waits.

/**
 * The rows of a matrix, each divided by its length.
 *
 * @throws Error where one has none
 */
export function normalisedRows(values: Float32Array, dimension: number): Float32Array {
  const rows = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += dimension) {
    let squares = 0;
    for (let at = start; at < start + dimension; at += 1) squares += (values[at] ?? 0) ** 2;
    const length = Math.sqrt(squares);
    if (length === 0) throw new Error("its output holds a vector of length 0");
    for (let at = start; at < start + dimension; at += 1) rows[at] = (values[at] ?? 0) / length;
  }
  return rows;
}

/**
 * The numbers of an output, all of them finite.
 *
 * @throws Error when it holds something else, or not `count` of it
 */
export function floats(tensor: Tensor | undefined, name: string, count: number): Float32Array {
  const data = tensor?.data;
  const values = data instanceof Float32Array ? data : halfFloats(tensor);
  if (values === undefined) throw new Error(`its output ${name} holds ${tensor?.type ?? "nothing"}, not floats`);
  if (values.length !== count) throw new Error(`its output ${name} has ${values.length} numbers, not ${count}`);
  for (let at = 0; at < values.length; at += 1)
    if (!Number.isFinite(values[at])) throw new Error(`the output ${name} holds numbers that are not finite`);
  return values;
}

/** Half floats as single ones; their type in JavaScript depends on the versions of runtime and library. */
function halfFloats(tensor: Tensor | undefined): Float32Array | undefined {
  if (tensor?.type !== "float16") return undefined;
  const { data } = tensor;
  return ArrayBuffer.isView(data)
    ? Float32Array.from(new Float16Array(data.buffer, data.byteOffset, data.length))
    : undefined;
}
