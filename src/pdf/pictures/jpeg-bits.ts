/** A Huffman table of a JPEG, for reading. */
export interface HuffmanTable {
  /** For each value of the next eight bits: length of the code × 256 + its symbol; 0 where the code is longer. */
  short: Uint16Array;
  /** For each length from 1 to 16: the first code that is too large for it, and what leads from a code to its symbol. */
  limits: Int32Array;
  offsets: Int32Array;
  symbols: Uint8Array;
}

const shortBits = 8;
const longestCode = 16;

/**
 * @param counts how many codes there are of each length from 1 to 16
 * @param symbols in the order of their codes (ITU-T T.81, annex C)
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const table: HuffmanTable = {
    short: new Uint16Array(1 << shortBits),
    limits: new Int32Array(longestCode + 1),
    offsets: new Int32Array(longestCode + 1),
    symbols,
  };
  let code = 0;
  let index = 0;
  for (let length = 1; length <= longestCode; length += 1) {
    table.offsets[length] = index - code;
    for (let left = counts[length - 1] ?? 0; left > 0; left -= 1) {
      if (length <= shortBits) {
        const from = code << (shortBits - length);
        table.short.fill((length << 8) | (symbols[index] ?? 0), from, from + (1 << (shortBits - length)));
      }
      code += 1;
      index += 1;
    }
    table.limits[length] = code;
    code <<= 1;
  }
  return table;
}

/** The entropy-coded data of a JPEG, bit by bit. */
export interface BitReader {
  /** The next symbol; -1, and for ever after, where the bits are no code. */
  symbol(table: HuffmanTable): number;
  /** At most 16 bits as a number. */
  take(bits: number): number;
  /** Whether more was read than there is, or bits that are no code. */
  isBroken(): boolean;
  /** Goes to the next byte boundary, and says where the bytes go on that have not been read. */
  align(): number;
  /** Goes on behind a restart marker. */
  restart(at: number): void;
}

export function createBitReader(bytes: Uint8Array, start: number): BitReader {
  let at = start;
  let held = 0;
  let heldBits = 0;
  /** Of those held, which are behind the end of the data. */
  let inventedBits = 0;
  let broken = false;

  function fill(): void {
    while (heldBits <= 24) {
      const byte = bytes[at];
      if (byte === undefined || (byte === 0xff && bytes[at + 1] !== 0)) {
        held <<= 8;
        inventedBits += 8;
      } else {
        held = (held << 8) | byte;
        at += byte === 0xff ? 2 : 1;
      }
      heldBits += 8;
    }
  }

  function symbol(table: HuffmanTable): number {
    if (heldBits < longestCode) fill();
    const next = (held >>> (heldBits - longestCode)) & 0xffff;
    const short = table.short[next >>> (longestCode - shortBits)] ?? 0;
    if (short !== 0) {
      heldBits -= short >>> 8;
      return short & 0xff;
    }
    for (let length = shortBits + 1; length <= longestCode; length += 1) {
      const code = next >>> (longestCode - length);
      if (code < (table.limits[length] ?? 0)) {
        heldBits -= length;
        return table.symbols[code + (table.offsets[length] ?? 0)] ?? -1;
      }
    }
    broken = true;
    return -1;
  }

  function take(bits: number): number {
    if (heldBits < bits) fill();
    heldBits -= bits;
    return (held >>> heldBits) & ((1 << bits) - 1);
  }

  return {
    symbol,
    take,
    isBroken: () => broken || inventedBits > heldBits,
    align() {
      // Whole bytes that were fetched too early, of which each 0xff takes two.
      for (let unread = (heldBits - inventedBits) >> 3; unread > 0; unread -= 1) {
        at -= bytes[at - 1] === 0 && bytes[at - 2] === 0xff ? 2 : 1;
      }
      [held, heldBits, inventedBits] = [0, 0, 0];
      return at;
    },
    restart(next) {
      at = next;
      [held, heldBits, inventedBits] = [0, 0, 0];
    },
  };
}
