import { z } from "zod";

export const integers = z.custom<Int32Array>((value) => value instanceof Int32Array, "not an Int32Array");

/** Sequences one after another, without padding: two arrays cross to another process faster than many. */
export const packedSequences = { ids: integers, lengths: integers };

/**
 * The sequences of a batch are padded to a multiple of so many tokens. On a card products of half floats are much faster
 * where their sides are multiples of eight: a batch of 65 x 251 took 34 ms on an H200, 65 x 248 28 ms, 31 x 513 44 ms and
 * 31 x 520 35 ms.
 */
export const lengthMultiple = { cpu: 1, cuda: 8 } as const;

/** The length to which a batch is padded, by its longest sequence. */
export const paddedLength = (longest: number, multiple: number): number => Math.ceil(longest / multiple) * multiple;

export interface PackedSequences {
  ids: Int32Array;
  lengths: Int32Array;
}

export function packSequences(sequences: ReadonlyArray<ArrayLike<number>>): PackedSequences {
  const lengths = Int32Array.from(sequences, ({ length }) => length);
  const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
  let start = 0;
  for (const sequence of sequences) {
    ids.set(sequence, start);
    start += sequence.length;
  }
  return { ids, lengths };
}

/** Copies, so that a short sequence does not keep the memory of all. */
export function unpackSequences({ ids, lengths }: PackedSequences): Int32Array[] {
  let start = 0;
  return Array.from(lengths, (length) => {
    start += length;
    return ids.slice(start - length, start);
  });
}
