import { z } from "zod";

export const integers = z.custom<Int32Array>((value) => value instanceof Int32Array, "not an Int32Array");

/** Sequences one after another, without padding: two arrays cross to another process faster than many. */
export const packedSequences = { ids: integers, lengths: integers };

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
