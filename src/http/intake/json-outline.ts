/** What a JSON text is made of, told from its bytes as they come and before anything is built from it. */
export interface JsonOutline {
  /** Reads the next bytes. */
  read(bytes: Uint8Array): void;
  /** Bytes so far beside blanks and the contents of strings: each value, bracket and key has at least one. */
  readonly structureBytes: number;
  /** The length so far of a list right below the topmost object; of several with the same name that of the longest. */
  lengthOf(name: string): number;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [listStart, listEnd, objectStart, objectEnd] = [0x5b, 0x5d, 0x7b, 0x7d];
const [space, tab, lineFeed, carriageReturn] = [0x20, 0x09, 0x0a, 0x0d];
/** A name of twenty letters, each written as an escape. */
const maxNameBytes = 120;

/**
 * Counts what the parser would make of a JSON text. Where the text is not valid JSON the counts hold up to the fault, which
 * is as far as a parser gets.
 *
 * @param names the lists to be counted
 */
export function createJsonOutline(names: readonly string[]): JsonOutline {
  const lengths = new Map(names.map((name) => [name, 0]));
  let structureBytes = 0;
  let depth = 0;
  let isBelowObject = false;
  let place: "outside" | "string" | "escape" = "outside";
  /** The string right below the topmost object that was read last; before a bracket it is the name of what follows. */
  let lastName: number[] = [];
  let list: { name: string; length: number } | undefined;
  let expectsItem = false;

  function open(byte: number): void {
    depth += 1;
    if (depth === 1) isBelowObject = byte === objectStart;
    if (depth !== 2 || !isBelowObject || byte !== listStart) return;
    const name = decodeName(lastName);
    if (name === undefined || !lengths.has(name)) return;
    list = { name, length: 0 };
    expectsItem = true;
  }

  function close(): void {
    if (depth === 2) {
      keepLength();
      list = undefined;
      expectsItem = false;
    }
    depth -= 1;
  }

  function keepLength(): void {
    if (list !== undefined) lengths.set(list.name, Math.max(list.length, lengths.get(list.name) ?? 0));
  }

  function readOutside(byte: number): void {
    if (byte === space || byte === lineFeed || byte === carriageReturn || byte === tab) return;
    structureBytes += 1;
    if (expectsItem && byte !== listEnd && list !== undefined) {
      list.length += 1;
      expectsItem = false;
    }
    if (byte === quote) {
      place = "string";
      if (depth === 1) lastName = [];
    } else if (byte === comma) expectsItem = depth === 2 && list !== undefined;
    else if (byte === listStart || byte === objectStart) open(byte);
    else if (byte === listEnd || byte === objectEnd) close();
  }

  /** Reads on in a string; returns where it stopped. The contents of most strings are only passed over. */
  function readString(bytes: Uint8Array, start: number): number {
    let at = start;
    if (place === "escape") {
      place = "string";
      at += 1;
    }
    while (at < bytes.length && bytes[at] !== quote && bytes[at] !== backslash) at += 1;
    if (depth === 1 && lastName.length < maxNameBytes) {
      lastName.push(...bytes.subarray(start, Math.min(at + 1, start + maxNameBytes)));
    }
    if (at === bytes.length) return at;
    if (bytes[at] === backslash) place = "escape";
    else {
      place = "outside";
      structureBytes += 1;
    }
    return at + 1;
  }

  return {
    read(bytes) {
      let at = 0;
      while (at < bytes.length) {
        if (place === "outside") readOutside(bytes[at++] ?? space);
        else at = readString(bytes, at);
      }
      keepLength();
    },
    get structureBytes() {
      return structureBytes;
    },
    lengthOf: (name) => lengths.get(name) ?? 0,
  };
}

/** With the quote at its end; escapes and all, for `"te\u0078ts"` is another spelling of `"texts"`. */
function decodeName(bytes: readonly number[]): string | undefined {
  try {
    const name: unknown = JSON.parse(`"${Buffer.from(bytes).toString()}`);
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}
