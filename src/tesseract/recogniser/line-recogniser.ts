import { readFile } from "node:fs/promises";
import { Tensor } from "onnxruntime-node";
import { openNetwork } from "../open-network.ts";
import type { GreyImage } from "../picture/grey-image.ts";
import { resized } from "../picture/resize.ts";
import { characterTable } from "./character-table.ts";
import { type DecodedLine, decodeLine } from "./decode-line.ts";
import type { RecogniserFiles } from "./recogniser-files.ts";

/** Reads one line of text. */
export interface LineRecogniser {
  read(line: GreyImage): Promise<DecodedLine>;
}

/** Height of the network's picture, and its least and greatest width; narrower lines are filled up, longer ones pressed. */
const heightPx = 48;
const narrowestPx = 320;
const widestPx = 2560;
/** By how much the probabilities of a step may miss 1. */
const tolerance = 0.02;

/**
 * Opens a line recogniser in PP-OCR's form (input 3 × 48 × width, output steps × classes, as probabilities) and tries it
 * on an empty line.
 *
 * @throws Error when the files are none, or do not go together; its message is the end of a sentence
 */
export async function openLineRecogniser({ model, dictionary }: RecogniserFiles): Promise<LineRecogniser> {
  const { session, input, output } = await openNetwork(model, "line recogniser").catch(() => {
    throw new Error("its .onnx is no network that can be opened");
  });
  const run = async (line: GreyImage) => {
    const found = (await session.run({ [input]: tensorOf(line) }))[output];
    const classes = found?.dims.at(-1);
    if (!(found?.data instanceof Float32Array) || found.dims.length !== 3 || classes === undefined)
      throw new Error("The line recogniser answered something else.");
    return { probabilities: found.data, classes };
  };
  const empty = { width: 2, height: 1, data: new Uint8Array([255, 255]) };
  const { probabilities, classes } = await run(empty).catch(() => {
    throw new Error("its network does not read lines of 3 × 48 × width, or answers in another form");
  });
  const table = characterTable(await readFile(dictionary, "utf8"), classes);
  const sum = probabilities.subarray(0, classes).reduce((total, probability) => total + probability, 0);
  if (Math.abs(sum - 1) > tolerance) throw new Error("its network gives no probabilities");
  return { read: async (line) => decodeLine((await run(line)).probabilities, table) };
}

/** How wide the network's picture of a line is, in pixels: what reading the line takes grows with it. */
export const networkWidthPx = (line: { width: number; height: number }): number => Math.max(narrowestPx, widthOf(line));

const widthOf = ({ width, height }: { width: number; height: number }): number =>
  Math.max(1, Math.min(widestPx, Math.round((width * heightPx) / height)));

/** Grey from −1 to 1, the same in all three channels; what is filled up is 0, as PaddleOCR has it. */
function tensorOf(line: GreyImage): Tensor {
  const width = widthOf(line);
  const { data } = resized(line, width, heightPx);
  const across = networkWidthPx(line);
  const values = new Float32Array(3 * heightPx * across);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < heightPx; y++) {
      const start = (channel * heightPx + y) * across;
      for (let x = 0; x < width; x++) values[start + x] = ((data[y * width + x] ?? 255) / 255 - 0.5) / 0.5;
    }
  }
  return new Tensor("float32", values, [1, 3, heightPx, across]);
}
