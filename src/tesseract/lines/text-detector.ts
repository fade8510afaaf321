import { InferenceSession, Tensor } from "onnxruntime-node";
import type { GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";
import { resized } from "../picture/resize.ts";
import { boxesOfMap } from "./text-map.ts";

/** Finds where text stands on a level page. */
export interface TextDetector {
  /** Pieces of lines, in no order; each at least as high as the letters, marks of Thai may reach out. */
  detect(image: GreyImage): Promise<Box[]>;
}

/**
 * Longest side of the picture that the network sees, and its pixels, which its memory follows: an A4 page takes 0.6 s of
 * one core and 0.3 GB at its peak. At 1,600 pixels it takes 1.1 s and 0.5 GB.
 */
const longestSidePx = 1280;
const maxPixels = 1_150_000;
/** Both sides of what the network takes are multiples of this. */
const stepPx = 32;
/** The network was trained on colours of this mean and deviation (ImageNet), red, green, blue. */
const normalisation = [
  { mean: 0.485, deviation: 0.229 },
  { mean: 0.456, deviation: 0.224 },
  { mean: 0.406, deviation: 0.225 },
] as const;

/**
 * Opens the detection network of PP-OCRv4. One thread, and no memory kept between pages: several processes read at once.
 * @throws Error when the file is no network of this form
 */
export async function openTextDetector(modelPath: string): Promise<TextDetector> {
  const session = await InferenceSession.create(modelPath, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  if (input === undefined || output === undefined) throw new Error("The text detector has no input or no output.");
  return {
    async detect(image) {
      const { width: across, height: down } = image;
      const scale = Math.min(longestSidePx / Math.max(across, down), Math.sqrt(maxPixels / (across * down)));
      const width = toStep(across * scale);
      const height = toStep(down * scale);
      const results = await session.run({ [input]: tensorOf(resized(image, width, height)) });
      const probabilities = results[output]?.data;
      if (!(probabilities instanceof Float32Array) || probabilities.length !== width * height)
        throw new Error("The text detector answered something else.");
      return boxesOfMap({ width, height, probabilities }, image);
    },
  };
}

const toStep = (px: number) => Math.max(stepPx, Math.round(px / stepPx) * stepPx);

function tensorOf({ width, height, data }: GreyImage): Tensor {
  const pixels = width * height;
  const values = new Float32Array(3 * pixels);
  normalisation.forEach(({ mean, deviation }, channel) => {
    for (let at = 0; at < pixels; at++) values[channel * pixels + at] = ((data[at] ?? 255) / 255 - mean) / deviation;
  });
  return new Tensor("float32", values, [1, 3, height, width]);
}
