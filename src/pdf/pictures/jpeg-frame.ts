/** One component of a JPEG: its sampling, and its grid of blocks of 8 × 8 values. */
export interface JpegComponent {
  id: number;
  across: number;
  down: number;
  /** Of a scan that holds this component alone. */
  blocksWide: number;
  blocksHigh: number;
  /** Filled up to whole units of all components. */
  gridWide: number;
  gridHigh: number;
}

/** What the frame header of a JPEG says (ITU-T T.81, B.2.2). */
export interface JpegFrame {
  widthPx: number;
  heightPx: number;
  isProgressive: boolean;
  components: JpegComponent[];
  /** Minimum coded units of an interleaved scan. */
  unitsWide: number;
  unitsHigh: number;
}

/** Bytes in which the engine holds each pixel: all values of a progressive picture until the last scan, else a strip. */
export function heldJpegBytes({ isProgressive, components }: JpegFrame): number {
  if (!isProgressive) return reducedBytes;
  const across = Math.max(...components.map((component) => component.across));
  const down = Math.max(...components.map((component) => component.down));
  return components.reduce((sum, component) => sum + (2 * component.across * component.down) / (across * down), 0);
}

/** The engine draws a large one reduced to an eighth of its sides, in which it needs no more. */
const reducedBytes = 6 / 64;

/**
 * @param data of the segment, behind its length
 * @returns undefined where it makes no sense, or where the height is only told later
 */
export function readFrame(data: Uint8Array, isProgressive: boolean): JpegFrame | undefined {
  const [precision = 0, h1 = 0, h0 = 0, w1 = 0, w0 = 0, count = 0] = data;
  const [widthPx, heightPx] = [(w1 << 8) | w0, (h1 << 8) | h0];
  const makesSense = precision === 8 && widthPx > 0 && heightPx > 0 && count >= 1 && count <= 4;
  if (!makesSense || data.length < 6 + 3 * count) return undefined;
  const sampled = Array.from({ length: count }, (_, index) => {
    const sampling = data[7 + 3 * index] ?? 0;
    return { id: data[6 + 3 * index] ?? 0, across: sampling >> 4, down: sampling & 15 };
  });
  if (sampled.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4)) return undefined;
  const mostAcross = Math.max(...sampled.map(({ across }) => across));
  const mostDown = Math.max(...sampled.map(({ down }) => down));
  const unitsWide = Math.ceil(widthPx / (8 * mostAcross));
  const unitsHigh = Math.ceil(heightPx / (8 * mostDown));
  const components = sampled.map(({ id, across, down }) => ({
    id,
    across,
    down,
    blocksWide: Math.ceil((widthPx * across) / (8 * mostAcross)),
    blocksHigh: Math.ceil((heightPx * down) / (8 * mostDown)),
    gridWide: unitsWide * across,
    gridHigh: unitsHigh * down,
  }));
  return { widthPx, heightPx, isProgressive, components, unitsWide, unitsHigh };
}
