import type { BitReader, HuffmanTable } from "./jpeg-bits.ts";
import type { JpegComponent, JpegFrame } from "./jpeg-frame.ts";

/** A component of a scan with the tables that its values are coded in. */
export interface ScanComponent {
  component: JpegComponent;
  dc: HuffmanTable | undefined;
  ac: HuffmanTable | undefined;
  /** Which of the 64 values of each block are not zero so far, two words for each; of progressive pictures alone. */
  known: Uint32Array;
}

/** What the header of a scan says (ITU-T T.81, B.2.3). */
export interface ScanHeader {
  components: ScanComponent[];
  firstValue: number;
  lastValue: number;
  /** The bit of the values that was coded before, 0 in the first scan of them, and the bit down to which they come now. */
  high: number;
  low: number;
}

/** Reads one block; nothing is kept of it but what the next ones are read by. */
type ReadBlock = (scan: ScanComponent, block: number) => void;

/**
 * Reads the blocks of a scan to see whether they are all there.
 *
 * @param restartUnits units between two restart markers; 0 where there are none
 * @returns whether they are, and where the bytes go on
 */
export function readScan(
  bits: BitReader,
  bytes: Uint8Array,
  frame: JpegFrame,
  header: ScanHeader,
  restartUnits: number,
): { isWhole: boolean; end: number } {
  const blocks = frame.isProgressive ? progressive(bits, header) : { read: sequential(bits), restart: () => undefined };
  const [only] = header.components;
  const alone = header.components.length === 1 ? only?.component : undefined;
  const [wide, high] = alone ? [alone.blocksWide, alone.blocksHigh] : [frame.unitsWide, frame.unitsHigh];
  const readUnit = (row: number, column: number) => {
    if (only && alone) blocks.read(only, row * alone.gridWide + column);
    else readInterleaved(header.components, row, column, blocks.read);
  };
  let units = 0;
  for (let row = 0; row < high; row += 1) {
    for (let column = 0; column < wide; column += 1) {
      if (restartUnits > 0 && units > 0 && units % restartUnits === 0) {
        const marker = bits.align();
        if (bytes[marker] !== 0xff || ((bytes[marker + 1] ?? 0) & 0xf8) !== 0xd0) {
          return { isWhole: false, end: marker };
        }
        bits.restart(marker + 2);
        blocks.restart();
      }
      readUnit(row, column);
      if (bits.isBroken()) return { isWhole: false, end: bits.align() };
      units += 1;
    }
  }
  return { isWhole: true, end: bits.align() };
}

function readInterleaved(components: readonly ScanComponent[], row: number, column: number, read: ReadBlock): void {
  for (const scan of components) {
    const { across, down, gridWide } = scan.component;
    for (let y = 0; y < down; y += 1) {
      for (let x = 0; x < across; x += 1) read(scan, (row * down + y) * gridWide + column * across + x);
    }
  }
}

/** A table that is missing has no codes. */
const noCodes: HuffmanTable = {
  short: new Uint16Array(256),
  limits: new Int32Array(17),
  offsets: new Int32Array(17),
  symbols: new Uint8Array(0),
};

const sequential =
  (bits: BitReader): ReadBlock =>
  ({ dc = noCodes, ac = noCodes }) => {
    bits.take(Math.max(0, bits.symbol(dc)) & 15);
    for (let value = 1; value < 64; value += 1) {
      const symbol = bits.symbol(ac);
      const size = symbol & 15;
      if (symbol < 0 || (size === 0 && symbol !== 0xf0)) return;
      value += symbol >> 4;
      bits.take(size);
    }
  };

function progressive(bits: BitReader, header: ScanHeader): { read: ReadBlock; restart: () => void } {
  const { firstValue, lastValue, high } = header;
  let emptyBlocks = 0;
  const restart = () => {
    emptyBlocks = 0;
  };
  const takeRun = (log: number) => {
    emptyBlocks = (1 << log) + bits.take(log);
  };

  function readFirst({ ac = noCodes, known }: ScanComponent, block: number): void {
    if (emptyBlocks > 0) {
      emptyBlocks -= 1;
      return;
    }
    for (let value = firstValue; value <= lastValue; value += 1) {
      const symbol = bits.symbol(ac);
      if (symbol < 0) return;
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size > 0) {
        value += run;
        bits.take(size);
        note(known, block, value);
      } else if (run === 15) value += 15;
      else {
        takeRun(run);
        emptyBlocks -= 1;
        return;
      }
    }
  }

  function readRefined({ ac = noCodes, known }: ScanComponent, block: number): void {
    let value = firstValue;
    for (; emptyBlocks === 0 && value <= lastValue; value += 1) {
      const symbol = bits.symbol(ac);
      if (symbol < 0) return;
      const isNew = (symbol & 15) > 0;
      let run = symbol >> 4;
      if (isNew) bits.take(1);
      else if (run < 15) {
        takeRun(run);
        break;
      }
      for (; value <= lastValue; value += 1) {
        if (isKnown(known, block, value)) bits.take(1);
        else if (run === 0) break;
        else run -= 1;
      }
      if (isNew) note(known, block, value);
    }
    if (emptyBlocks === 0) return;
    for (; value <= lastValue; value += 1) if (isKnown(known, block, value)) bits.take(1);
    emptyBlocks -= 1;
  }

  if (firstValue > 0) return { read: high === 0 ? readFirst : readRefined, restart };
  const readDc: ReadBlock = ({ dc = noCodes }) => {
    bits.take(high === 0 ? Math.max(0, bits.symbol(dc)) & 15 : 1);
  };
  return { read: readDc, restart };
}

function note(known: Uint32Array, block: number, value: number): void {
  const word = 2 * block + (value >> 5);
  known[word] = (known[word] ?? 0) | (1 << (value & 31));
}

const isKnown = (known: Uint32Array, block: number, value: number): boolean =>
  (((known[2 * block + (value >> 5)] ?? 0) >>> (value & 31)) & 1) === 1;
