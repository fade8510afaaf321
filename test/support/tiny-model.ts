import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { encodeModel } from "./onnx-writer.ts";
import { sparseLinearFile } from "./stored-zip.ts";
import { type TinyOutputs, tinyGraph } from "./tiny-graph.ts";
import { tinyTokenizerConfig, tinyTokenizerJson, tinyVocabularySize } from "./tiny-tokenizer.ts";
import { type TinyShape, type TinyWeights, tinyWeights } from "./tiny-weights.ts";

export interface TinyModelOptions {
  outputs: TinyOutputs;
  shape?: Partial<TinyShape>;
  /** Weights in a file of their own beside the model, as models above 2 GB have them. */
  external?: boolean;
  /** Outputs of half floats, as some fp16 exports have them. */
  halfOutputs?: boolean;
  /** Path of the model file inside the folder. */
  file?: string;
}

const defaultShape: TinyShape = {
  vocabulary: tinyVocabularySize,
  hidden: 32,
  heads: 4,
  layers: 2,
  feedForward: 64,
  positions: 514,
  seed: 1,
};

/**
 * Writes a model folder as the hub lays it out (config, tokeniser, ONNX file) and returns its weights.
 * The same options always give the same bytes.
 */
export async function writeTinyModel(folder: string, options: TinyModelOptions): Promise<TinyWeights> {
  const weights = tinyWeights({ ...defaultShape, ...options.shape });
  const file = options.file ?? "onnx/model.onnx";
  const dataName = `${file.split("/").at(-1)}_data`;
  const graph = tinyGraph(weights, options.outputs, options.halfOutputs);
  const { model, data } = encodeModel(graph, options.external ? dataName : undefined);
  await mkdir(join(folder, file, ".."), { recursive: true });
  await Bun.write(join(folder, file), model);
  if (options.external) await Bun.write(join(folder, file, "..", dataName), data);
  await Bun.write(join(folder, "tokenizer.json"), JSON.stringify(tinyTokenizerJson));
  await Bun.write(join(folder, "tokenizer_config.json"), JSON.stringify(tinyTokenizerConfig));
  await Bun.write(join(folder, "config.json"), JSON.stringify(configOf(weights.shape, options.outputs)));
  return weights;
}

/** Writes the sparse head of a model; as half floats it is rounded, and the weights are changed to match. */
export async function writeSparseHead(path: string, weights: TinyWeights, floats: "half" | "single"): Promise<void> {
  const { weight, bias } = weights.sparse;
  await mkdir(join(path, ".."), { recursive: true });
  await Bun.write(path, sparseLinearFile(weight, bias[0] ?? 0, floats));
  if (floats === "single") return;
  weight.set(Float16Array.from(weight));
  bias.set(Float16Array.from(bias));
}

const configOf = (shape: TinyShape, outputs: TinyOutputs) => ({
  model_type: "xlm-roberta",
  architectures: [outputs === "logits" ? "XLMRobertaForSequenceClassification" : "XLMRobertaModel"],
  hidden_size: shape.hidden,
  num_hidden_layers: shape.layers,
  num_attention_heads: shape.heads,
  intermediate_size: shape.feedForward,
  max_position_embeddings: shape.positions,
  vocab_size: shape.vocabulary,
  pad_token_id: 1,
  layer_norm_eps: 1e-5,
  hidden_act: "gelu",
});
