import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { RecogniserFiles } from "../../src/tesseract/recogniser/recogniser-files.ts";
import { encodeModel, type OnnxNode, type OnnxTensor } from "./onnx-writer.ts";

/** How sharply the network tells its classes apart. */
const sharpness = 400;
const stepPx = 8;

/**
 * Writes a line recogniser in PP-OCR's form that reads grey: each step of 8 pixels is the character whose level its mean is
 * nearest to. White is blank, what is filled up (0) a space. `levels` go from −1, black, to 1.
 */
export function writeGreyReader(folder: string, levels: Readonly<Record<string, number>>): Promise<RecogniserFiles> {
  const means = Float32Array.from([1, ...Object.values(levels), 0]);
  const nodes: OnnxNode[] = [
    {
      type: "AveragePool",
      inputs: ["x"],
      output: "p",
      attributes: { kernel_shape: [48, stepPx], strides: [48, stepPx] },
    },
    { type: "ReduceMean", inputs: ["p"], output: "m", attributes: { axes: [1, 2], keepdims: 0 } },
    { type: "Unsqueeze", inputs: ["m", "last"], output: "u" },
    { type: "Mul", inputs: ["u", "slopes"], output: "s" },
    { type: "Add", inputs: ["s", "offsets"], output: "l" },
    { type: "Softmax", inputs: ["l"], output: "y", attributes: { axis: -1 } },
  ];
  const initializers = [
    { name: "last", dims: [1], data: BigInt64Array.of(2n) },
    { name: "slopes", dims: [means.length], data: means.map((mean) => 2 * sharpness * mean) },
    { name: "offsets", dims: [means.length], data: means.map((mean) => -sharpness * mean * mean) },
  ];
  return write(folder, Object.keys(levels), nodes, initializers);
}

/** Writes one that reads the same in whatever line, each character with this probability; those of a step add up to `sum`. */
export function writeKnowAll(folder: string, text: string, probability: number, sum = 1): Promise<RecogniserFiles> {
  const characters = [...new Set(text.replaceAll(" ", ""))];
  const table = ["", ...characters, " "];
  const steps = [...text].flatMap((character) => [table.indexOf(character), 0]);
  const rest = (sum - probability) / (table.length - 1);
  const rows = steps.flatMap((best) => table.map((_, at) => (at === best ? probability : rest)));
  const nodes: OnnxNode[] = [
    { type: "ReduceMean", inputs: ["x"], output: "m", attributes: { axes: [1, 2, 3], keepdims: 0 } },
    { type: "Mul", inputs: ["m", "nothing"], output: "n" },
    { type: "Add", inputs: ["n", "said"], output: "y" },
  ];
  const initializers = [
    { name: "nothing", dims: [], data: Float32Array.of(0) },
    { name: "said", dims: [1, steps.length, table.length], data: Float32Array.from(rows) },
  ];
  return write(folder, characters, nodes, initializers);
}

/** Writes one that can be opened, and fails in a line that is wider than 320 pixels at its height. */
export function writeFailsInWideLines(folder: string): Promise<RecogniserFiles> {
  const nodes: OnnxNode[] = [
    { type: "Add", inputs: ["x", "narrow"], output: "a" },
    { type: "ReduceMean", inputs: ["a"], output: "m", attributes: { axes: [1, 2, 3], keepdims: 0 } },
    { type: "Mul", inputs: ["m", "nothing"], output: "n" },
    { type: "Add", inputs: ["n", "said"], output: "y" },
  ];
  const initializers = [
    { name: "narrow", dims: [1, 3, 48, 320], data: new Float32Array(3 * 48 * 320) },
    { name: "nothing", dims: [], data: Float32Array.of(0) },
    { name: "said", dims: [1, 1, 3], data: Float32Array.of(0, 1, 0) },
  ];
  return write(folder, ["a"], nodes, initializers);
}

async function write(
  folder: string,
  characters: readonly string[],
  nodes: readonly OnnxNode[],
  initializers: readonly OnnxTensor[],
): Promise<RecogniserFiles> {
  const { model } = encodeModel({
    nodes,
    initializers,
    inputs: [{ name: "x", elementType: "float", shape: [1, 3, 48, "width"] }],
    outputs: [{ name: "y", elementType: "float", shape: [1, "steps", characters.length + 2] }],
  });
  const files = { model: join(folder, "rec.onnx"), dictionary: join(folder, "dict.txt") };
  await mkdir(folder, { recursive: true });
  await Bun.write(files.model, model);
  await Bun.write(files.dictionary, `${characters.join("\n")}\n`);
  return files;
}
