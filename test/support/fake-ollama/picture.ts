/** What the fake records of a picture. */
export interface ReceivedImage {
  sha256: string;
  bytes: number;
  data: Uint8Array;
  format: "png" | "jpeg";
  /** Pixels; undefined for JPEG. */
  widthPx: number | undefined;
  heightPx: number | undefined;
}

const pngStart = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const pngEnd = [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];

/** The picture, or undefined when Ollama could not decode it: it must begin and end as its format does. */
export function inspectImage(base64: string): ReceivedImage | undefined {
  const bytes = Buffer.from(base64, "base64");
  const startsWith = (start: number[]) => start.every((byte, index) => bytes[index] === byte);
  const endsWith = (end: number[]) => end.every((byte, index) => bytes[bytes.length - end.length + index] === byte);
  const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  if (startsWith(pngStart) && endsWith(pngEnd) && bytes.length >= 45) {
    const widthPx = bytes.readUInt32BE(16);
    const heightPx = bytes.readUInt32BE(20);
    return { sha256, bytes: bytes.length, data: bytes, format: "png", widthPx, heightPx };
  }
  if (startsWith([0xff, 0xd8, 0xff]) && endsWith([0xff, 0xd9])) {
    return { sha256, bytes: bytes.length, data: bytes, format: "jpeg", widthPx: undefined, heightPx: undefined };
  }
  return undefined;
}

/** What the vision part of Qwen2.5-VL takes; the runner fails on others. */
const leastSidePx = 28;
const mostAspect = 200;

/** Whether a model can see this picture. */
export function canBeSeen({ widthPx, heightPx }: ReceivedImage): boolean {
  if (widthPx === undefined || heightPx === undefined) return true;
  const [shorter, longer] = [Math.min(widthPx, heightPx), Math.max(widthPx, heightPx)];
  return shorter >= leastSidePx && longer <= mostAspect * shorter;
}

/** One token for each patch of 28 × 28 pixels, as Qwen2.5-VL counts; an A4 page at 1800 px is about 3,000. */
export function imageTokens({ widthPx, heightPx }: ReceivedImage): number {
  if (widthPx === undefined || heightPx === undefined) return 3000;
  return Math.ceil(widthPx / 28) * Math.ceil(heightPx / 28);
}
