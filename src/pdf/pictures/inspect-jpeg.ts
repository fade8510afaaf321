import { createBitReader, type HuffmanTable, huffmanTable } from "./jpeg-bits.ts";
import { type JpegFrame, readFrame } from "./jpeg-frame.ts";
import { readScan, type ScanComponent, type ScanHeader } from "./jpeg-scan.ts";

/** What the markers and the coded data of a JPEG tell. */
export interface JpegReport {
  /** Undefined where it is coded in a way that is not looked into, or is no JPEG at all. */
  frame: JpegFrame | undefined;
  /** `unknown` where it has not been looked into to the end. */
  data: Outcome;
}

type Outcome = "whole" | "cut" | "unknown";

/** Progressive pictures have about ten; each is a walk over all blocks. */
const maxScans = 200;
/** Left behind the last block of a scan: encoders fill up by some bytes, zeros in the place of lost data are many. */
const maxLeftBytes = 64;
const maxLeftShare = 0.02;

/**
 * Follows the entropy-coded data of a JPEG to their end, as a decoder does, without making pixels of them: about 40 MB a
 * second. The engine draws a JPEG that ends early, or goes on with zeros, without a word. A missing end marker is fine
 * where nothing else is missing.
 *
 * @param tables the tables of abbreviated data, as a JPEG of their own
 */
export function inspectJpeg(bytes: Uint8Array, tables?: Uint8Array): JpegReport {
  const state = createState();
  if (tables !== undefined) walk(tables, state);
  const data = walk(bytes, state);
  return { frame: state.frame, data };
}

interface State {
  frame: JpegFrame | undefined;
  /** DC tables first, then AC tables, four of each. */
  tables: Array<HuffmanTable | undefined>;
  restartUnits: number;
  known: Uint32Array[];
  /** For each component and value the lowest bit that has come; 16 where none has. */
  lowestBit: Uint8Array[];
  scans: number;
}

const createState = (): State => ({
  frame: undefined,
  tables: [],
  restartUnits: 0,
  known: [],
  lowestBit: [],
  scans: 0,
});

const marker = { start: 0xd8, end: 0xd9, scan: 0xda, tables: 0xc4, restart: 0xdd } as const;
const sequentialFrames: ReadonlySet<number> = new Set([0xc0, 0xc1]);
const progressiveFrame = 0xc2;
const otherFrames: ReadonlySet<number> = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

function walk(bytes: Uint8Array, state: State): Outcome {
  for (let at = bytes.indexOf(0xff); ; ) {
    while (at < bytes.length && bytes[at] !== 0xff) at += 1;
    while (bytes[at + 1] === 0xff) at += 1;
    const code = bytes[at + 1];
    if (code === undefined || code === marker.end) return atEnd(state);
    at += 2;
    if (code <= 1 || (code >= 0xd0 && code <= marker.start)) continue;
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const data = bytes.subarray(at + 2, at + length);
    at += Math.max(2, length);
    if (code === marker.scan) {
      const outcome = followScan(bytes, at, data, state);
      if (typeof outcome !== "number") return outcome;
      at = outcome;
    } else if (!readSegment(code, data, state)) return "unknown";
  }
}

/** The first scans of a progressive picture hold all of it, but coarsely. */
function atEnd({ frame, lowestBit }: State): Outcome {
  if (frame === undefined) return "unknown";
  return lowestBit.every((bits) => bits.every((bit) => bit === 0)) ? "whole" : "cut";
}

/** @returns false where the picture is coded in a way that is not looked into */
function readSegment(code: number, data: Uint8Array, state: State): boolean {
  if (code === marker.tables) readTables(data, state.tables);
  else if (code === marker.restart) state.restartUnits = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
  else if (sequentialFrames.has(code) || code === progressiveFrame) {
    if (state.frame !== undefined) return false;
    state.frame = readFrame(data, code === progressiveFrame);
    if (state.frame === undefined) return false;
    const { components, isProgressive } = state.frame;
    state.known = components.map(({ gridWide, gridHigh }) =>
      isProgressive ? new Uint32Array(2 * gridWide * gridHigh) : new Uint32Array(0),
    );
    state.lowestBit = components.map(() => new Uint8Array(64).fill(16));
  }
  return !otherFrames.has(code);
}

function readTables(data: Uint8Array, tables: State["tables"]): void {
  for (let at = 0; at + 17 <= data.length; ) {
    const place = data[at] ?? 0;
    const counts = data.subarray(at + 1, at + 17);
    const symbols = counts.reduce((sum, count) => sum + count, 0);
    tables[4 * ((place >> 4) & 1) + (place & 3)] = huffmanTable(counts, data.slice(at + 17, at + 17 + symbols));
    at += 17 + symbols;
  }
}

/** @returns where the bytes go on, or what is to be said of the picture */
function followScan(bytes: Uint8Array, start: number, data: Uint8Array, state: State): number | Outcome {
  const { frame } = state;
  const header = frame && readScanHeader(data, frame, state);
  state.scans += 1;
  if (frame === undefined || header === undefined || state.scans > maxScans) return "unknown";
  const { isWhole, end } = readScan(createBitReader(bytes, start), bytes, frame, header, state.restartUnits);
  if (!isWhole) return "cut";
  const next = nextMarker(bytes, end);
  const left = next - end;
  return left > maxLeftBytes && left > maxLeftShare * (end - start) ? "cut" : next;
}

function readScanHeader(data: Uint8Array, frame: JpegFrame, state: State): ScanHeader | undefined {
  const count = data[0] ?? 0;
  if (count < 1 || count > 4 || data.length < 4 + 2 * count) return undefined;
  const [firstValue = 0, lastValue = 0, bits = 0] = data.subarray(1 + 2 * count);
  if (frame.isProgressive && (lastValue > 63 || firstValue > lastValue)) return undefined;
  const components: ScanComponent[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = frame.components.findIndex(({ id }) => id === data[1 + 2 * index]);
    const component = frame.components[at];
    const known = state.known[at];
    if (component === undefined || known === undefined) return undefined;
    const tables = data[2 + 2 * index] ?? 0;
    components.push({ component, known, dc: state.tables[tables >> 4], ac: state.tables[4 + (tables & 15)] });
    if (frame.isProgressive) state.lowestBit[at]?.fill(bits & 15, firstValue, lastValue + 1);
    else state.lowestBit[at]?.fill(0);
  }
  if (frame.isProgressive && firstValue > 0 && count > 1) return undefined;
  return { components, firstValue, lastValue, high: bits >> 4, low: bits & 15 };
}

/** Stuffed bytes and fill bytes are no markers. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code !== undefined && code !== 0 && code !== 0xff) return at;
  }
  return bytes.length;
}
