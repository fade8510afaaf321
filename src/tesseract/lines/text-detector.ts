import { Tensor } from "onnxruntime-node";
import { openNetwork } from "../open-network.ts";
import type { GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";
import { resized } from "../picture/resize.ts";
import { boxesOfMap } from "./text-map.ts";

/** Finds where text stands on a level page. */
export interface TextDetector {
  /** Pieces of lines, in no order; each at least as high as the letters, marks of Thai may reach out. */
  detect(image: GreyImage): Promise<Box[]>;
}

/** Pixels of the picture that the network sees: an A4 page takes 0.6 s of one core, with half as many more 1.1 s. */
const maxPixels = 1_150_000;
/** A picture is enlarged up to this length, and made smaller down to the other where it is longer, for memory. */
const enlargedSidePx = 1280;
const longestSidePx = 5120;
/**
 * Pixels that the network sees at once. Its memory follows them: with a whole A4 page a process grows to 600 MB and beyond,
 * with a third of one to 460 MB.
 */
const maxStripPixels = 400_000;
const overlapPx = 96;
/** Both sides of what the network takes are multiples of this. */
const stepPx = 32;
/** The network was trained on colours of this mean and deviation (ImageNet), red, green, blue. */
const normalisation = [
  { mean: 0.485, deviation: 0.229 },
  { mean: 0.456, deviation: 0.224 },
  { mean: 0.406, deviation: 0.225 },
] as const;

/**
 * Opens the detection network of PP-OCRv4.
 * @throws Error when the file is no network of this form
 */
export async function openTextDetector(modelPath: string): Promise<TextDetector> {
  const { session, input, output } = await openNetwork(modelPath, "text detector");
  return {
    async detect(image) {
      const { width: across, height: down } = image;
      const scale = scaleSeen(image);
      const small = resized(image, toStep(across * scale), toStep(down * scale));
      // Pictures that the page's preparation has left are no reason for the collector to run, and the network needs the room.
      Bun.gc(true);
      const probabilities = new Float32Array(small.data.length);
      for (const { top, height, keptTop, keptBottom } of stripsOf(small)) {
        const results = await session.run({ [input]: tensorOf(small, top, height) });
        const found = results[output]?.data;
        if (!(found instanceof Float32Array) || found.length !== small.width * height)
          throw new Error("The text detector answered something else.");
        const kept = found.subarray((keptTop - top) * small.width, (keptBottom - top) * small.width);
        probabilities.set(kept, keptTop * small.width);
      }
      return boxesOfMap({ ...small, probabilities }, image);
    },
  };
}

/**
 * How large the network sees a picture. What is long and narrow, as a receipt, is seen as large as its pixels allow: at half
 * the height of the letters it found parts of lines.
 */
export function scaleSeen({ width, height }: Pick<GreyImage, "width" | "height">): number {
  const longest = Math.max(width, height);
  const enlarged = Math.max(1, enlargedSidePx / longest);
  return Math.min(enlarged, longestSidePx / longest, Math.sqrt(maxPixels / (width * height)));
}

/** A part of the picture from one side to the other that the network sees at once, and the rows that are believed of it. */
interface Strip {
  top: number;
  height: number;
  keptTop: number;
  keptBottom: number;
}

/** Strips that overlap, for at their edges the network sees lines cut. */
export function stripsOf({ width, height }: { width: number; height: number }): Strip[] {
  const most = Math.max(2 * overlapPx, Math.floor(maxStripPixels / width / stepPx) * stepPx);
  const count = height <= most ? 1 : Math.ceil((height - overlapPx) / (most - overlapPx));
  const size = count === 1 ? height : toStep((height - overlapPx) / count + overlapPx + stepPx / 2 - 1);
  const tops = Array.from({ length: count }, (_, at) =>
    count === 1 ? 0 : Math.round(((height - size) * at) / (count - 1)),
  );
  return tops.map((top, at) => {
    const before = tops[at - 1];
    const after = tops[at + 1];
    return {
      top,
      height: size,
      keptTop: before === undefined ? 0 : (before + size + top) >> 1,
      keptBottom: after === undefined ? height : (top + size + after) >> 1,
    };
  });
}

const toStep = (px: number) => Math.max(stepPx, Math.round(px / stepPx) * stepPx);

function tensorOf({ width, data }: GreyImage, top: number, height: number): Tensor {
  const pixels = width * height;
  const first = top * width;
  const values = new Float32Array(3 * pixels);
  normalisation.forEach(({ mean, deviation }, channel) => {
    for (let at = 0; at < pixels; at++)
      values[channel * pixels + at] = ((data[first + at] ?? 255) / 255 - mean) / deviation;
  });
  return new Tensor("float32", values, [1, 3, height, width]);
}
