import { numberList } from "../number-list.ts";
import { specialIds } from "./tokenise.ts";

/** The linear layer that turns the hidden state of a token into its lexical weight. */
export interface SparseHead {
  weight: Float32Array;
  bias: number;
}

/** Lexical weights of one text: unique token ids and, in the same order, how much each matters. */
export interface SparseVector {
  indices: number[];
  values: number[];
}

/** Why a file is not the sparse head of this model. */
class SparseHeadError extends Error {
  override readonly name = "SparseHeadError";
}

/**
 * Reads `sparse_linear.pt`: a zip with stored entries, of which `…/data/0` is the 1×`dimension` weight and
 * `…/data/1` the bias, both as half floats or both as single floats, little-endian. Everything is checked
 * (lengths, checksums, finite numbers): a head that cannot be read exactly is an error, never a guess.
 * @throws SparseHeadError
 */
export function readSparseHead(file: Uint8Array, dimension: number): SparseHead {
  const entries = storedEntries(file);
  const weightBytes = entryAt(entries, "/data/0");
  const biasBytes = entryAt(entries, "/data/1");
  const floatBytes = biasBytes.byteLength;
  if (floatBytes !== 2 && floatBytes !== 4) throw new SparseHeadError(`its bias has ${floatBytes} bytes, not 2 or 4`);
  if (weightBytes.byteLength !== dimension * floatBytes) {
    const expected = `${dimension * floatBytes} for a model of dimension ${dimension}`;
    throw new SparseHeadError(`its weight has ${weightBytes.byteLength} bytes, not ${expected}`);
  }
  const weight = floats(weightBytes, floatBytes);
  const bias = floats(biasBytes, floatBytes)[0] ?? Number.NaN;
  if (!weight.every(Number.isFinite) || !Number.isFinite(bias))
    throw new SparseHeadError("it holds numbers that are not finite");
  return { weight, bias };
}

const none = -1;
const highestSpecialId = Math.max(...Object.values(specialIds));

/** Lexical weights of several texts, one after another: three arrays cross to another process faster than many. */
export interface SparseVectors {
  indices: Int32Array;
  values: Float32Array;
  /** How many of them each text has. */
  lengths: Int32Array;
}

/**
 * Lexical weights from one weight per token: special tokens dropped, the largest weight where a token occurs
 * more than once, weights of zero and below left out, in the order of first occurrence (FlagEmbedding,
 * `M3Embedder._process_token_weights`).
 *
 * @param weights of all tokens, padding included: `width` for each sequence
 */
export function sparseVectors(sequences: readonly Int32Array[], weights: Float32Array, width: number): SparseVectors {
  const tokens = sequences.reduce((sum, { length }) => sum + length, 0);
  const indices = new Int32Array(tokens);
  const values = new Float32Array(tokens);
  const lengths = new Int32Array(sequences.length);
  let end = 0;
  // Where each id of a row stands, by the id: a Map takes more than twice as long.
  const places = new Int32Array(2 ** Math.ceil(Math.log2(2 * width + 1)));
  const slotOf = (id: number): number => {
    let slot = id % places.length;
    for (let place = places[slot] ?? none; place !== none && indices[place] !== id; place = places[slot] ?? none)
      slot = (slot + 1) % places.length;
    return slot;
  };
  sequences.forEach((ids, row) => {
    const begin = end;
    places.fill(none);
    for (let position = 0; position < ids.length; position += 1) {
      const id = ids[position] ?? specialIds.pad;
      const weight = weights[row * width + position] ?? 0;
      if (id <= highestSpecialId || !(weight > 0)) continue;
      const slot = slotOf(id);
      const place = places[slot] ?? none;
      if (place === none) {
        places[slot] = end;
        indices[end] = id;
        values[end] = weight;
        end += 1;
      } else if (weight > (values[place] ?? 0)) values[place] = weight;
    }
    lengths[row] = end - begin;
  });
  return { indices: indices.slice(0, end), values: values.slice(0, end), lengths };
}

/** The lexical weights of each text. */
export function unpackSparseVectors({ indices, values, lengths }: SparseVectors): SparseVector[] {
  let end = 0;
  return Array.from(lengths, (length) => {
    end += length;
    const [begin, own] = [end - length, end];
    return { indices: numberList(indices.subarray(begin, own)), values: numberList(values.subarray(begin, own)) };
  });
}

function floats(bytes: Uint8Array, floatBytes: 2 | 4): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / floatBytes }, (_, index) =>
    floatBytes === 2 ? view.getFloat16(index * 2, true) : view.getFloat32(index * 4, true),
  );
}

function entryAt(entries: ReadonlyMap<string, Uint8Array>, suffix: string): Uint8Array {
  const found = [...entries].filter(([name]) => name.endsWith(suffix));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new SparseHeadError(`it has ${found.length} entries …${suffix}, not one`);
  return only[1];
}

const endRecordBytes = 22;
const maxCommentBytes = 65_535;

/** The entries of a zip file by their central directory (APPNOTE 4.3); only method 0, no zip64. */
function storedEntries(file: Uint8Array): Map<string, Uint8Array> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  try {
    const earliest = Math.max(0, bytes.byteLength - endRecordBytes - maxCommentBytes);
    const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06"));
    if (end < earliest) throw new SparseHeadError("it is not a zip file");
    const entries = new Map<string, Uint8Array>();
    let at = bytes.readUInt32LE(end + 16);
    for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
      const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
      const name = bytes.toString("utf8", at + 46, nameEnd);
      entries.set(name, content(bytes, at, name));
      at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
    return entries;
  } catch (error) {
    if (error instanceof RangeError) throw new SparseHeadError("it is cut short");
    throw error;
  }
}

function content(bytes: Buffer, central: number, name: string): Uint8Array {
  if (bytes.readUInt32LE(central) !== 0x02014b50) throw new SparseHeadError("its directory is damaged");
  if (bytes.readUInt16LE(central + 10) !== 0) throw new SparseHeadError(`its entry ${name} is compressed`);
  const local = bytes.readUInt32LE(central + 42);
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const stored = bytes.subarray(start, start + bytes.readUInt32LE(central + 24));
  if (Bun.hash.crc32(stored) !== bytes.readUInt32LE(central + 16)) {
    throw new SparseHeadError(`the checksum of its entry ${name} is wrong`);
  }
  return stored;
}
