import { dirname, join } from "node:path";
import { AutoModel, AutoTokenizer, env, LogLevel } from "@huggingface/transformers";
import { type InferenceSession, env as runtime, Tensor } from "onnxruntime-node";
import { z } from "zod";
import type { LoadSettings, LoadStage, ModelFacts } from "./child-messages.ts";
import { chooseOutputs, type OutputPlan } from "./model-outputs.ts";
import { type SparseVector, sparseVector } from "./sparse.ts";
import { readSparseHead, type SparseHead, tokenWeights } from "./sparse-head.ts";
import { specialIds } from "./tokenise.ts";

type Numbers =
  | { kind: "embed"; dense: Float32Array; sparse: SparseVector[] }
  | { kind: "rerank"; logits: Float32Array };

export interface Model {
  facts: ModelFacts;
  /** Token ids without special tokens around them; special tokens written in the text are themselves. */
  tokens(text: string): number[];
  /** Computes one batch; blocks the process while it does. */
  run(sequences: readonly Int32Array[]): Promise<Numbers>;
}

/** Why a model cannot be used; the end of a sentence, without paths. */
export class UnusableModel extends Error {
  override readonly name = "UnusableModel";
}

const modelConfig = z.object({
  hidden_size: z.number().int().positive(),
  max_position_embeddings: z.number().int().min(5),
});

/** RoBERTa counts positions from the pad id plus one, so two rows of its table are never reached. */
const unusedPositions = 2;

/**
 * Loads tokeniser and model from local files; nothing is ever fetched. Runs in the child, because both
 * loading and inference are synchronous native calls.
 * @throws UnusableModel when the files do not make a model of the wanted kind
 */
export async function loadModel(settings: LoadSettings, onStage: (stage: LoadStage) => void): Promise<Model> {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  // At any other level a failing inference prints its inputs, which are the callers' texts.
  env.logLevel = LogLevel.NONE;
  // The runtime itself prints no inputs, and says only here why a provider could not be loaded.
  runtime.logLevel = "error";
  const config = await readConfig(settings.folder);
  const dimension = config.hidden_size;
  onStage("reading the tokeniser");
  const tokeniser = await AutoTokenizer.from_pretrained(settings.folder, { local_files_only: true });
  onStage("loading the model");
  const session = await openSession(settings);
  const choice = chooseOutputs(settings.kind, session.outputNames, settings.sparseHead !== undefined);
  if (!choice.ok) throw new UnusableModel(choice.reason);
  const head = choice.plan.kind === "hidden-state" ? await readHead(settings, dimension) : undefined;
  const model: Model = {
    facts: { dimension, maxTokens: Math.min(settings.maxTokens, config.max_position_embeddings - unusedPositions) },
    tokens: (text) => tokeniser.encode(text, { add_special_tokens: false }),
    run: (sequences) => run(session, choice.plan, sequences, dimension, head),
  };
  onStage("first inference");
  await model.run([Int32Array.of(specialIds.begin, specialIds.unknown, specialIds.end)]);
  return model;
}

async function openSession({ folder, modelFile, device, gpuIndex, threads }: LoadSettings): Promise<InferenceSession> {
  const provider = device === "cuda" ? { name: "cuda", deviceId: gpuIndex } : { name: "cpu" };
  const model = await AutoModel.from_pretrained(folder, {
    local_files_only: true,
    subfolder: dirname(modelFile) === "." ? "" : dirname(modelFile),
    model_file_name:
      modelFile
        .split("/")
        .at(-1)
        ?.replace(/\.onnx$/, "") ?? "model",
    // The file is named in full above; fp32 is the type that adds no suffix to it.
    dtype: "fp32",
    device,
    session_options: {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // Arena and prepacking would double the memory of a large model; spinning threads would take the CPU
      // from the rest of the service between batches.
      enableCpuMemArena: false,
      extra: { session: { disable_prepacking: device === "cpu" ? "1" : "0", intra_op: { allow_spinning: "0" } } },
    },
  });
  return model.sessions.model;
}

async function run(
  session: InferenceSession,
  plan: OutputPlan,
  sequences: readonly Int32Array[],
  dimension: number,
  head: SparseHead | undefined,
): Promise<Numbers> {
  const width = Math.max(...sequences.map((sequence) => sequence.length));
  const outputs = await session.run(feeds(session.inputNames, sequences, width), [...plan.fetch]);
  const values = (name: string, perSequence: number) => floats(outputs[name], name, sequences.length * perSequence);
  switch (plan.kind) {
    case "logits":
      return { kind: "rerank", logits: values("logits", 1) };
    case "three-headed": {
      const dense = normalisedRows(values("dense_vecs", dimension), dimension, dimension);
      const weights = values("sparse_vecs", width);
      const sparse = sequences.map((ids, row) => sparseVector(ids, weights.subarray(row * width)));
      return { kind: "embed", dense, sparse };
    }
    case "hidden-state": {
      if (head === undefined) throw new UnusableModel("its sparse head is missing");
      const hidden = values(plan.fetch[0], width * dimension);
      const rows = (row: number, count: number) =>
        hidden.subarray(row * width * dimension, (row * width + count) * dimension);
      const sparse = sequences.map((ids, row) => sparseVector(ids, tokenWeights(rows(row, ids.length), head)));
      return { kind: "embed", dense: normalisedRows(hidden, dimension, width * dimension), sparse };
    }
  }
}

function feeds(names: readonly string[], sequences: readonly Int32Array[], width: number): Record<string, Tensor> {
  const ids = new BigInt64Array(sequences.length * width).fill(BigInt(specialIds.pad));
  const mask = new BigInt64Array(sequences.length * width);
  sequences.forEach((sequence, row) => {
    sequence.forEach((id, column) => {
      ids[row * width + column] = BigInt(id);
      mask[row * width + column] = 1n;
    });
  });
  const shaped = (data: BigInt64Array) => new Tensor("int64", data, [sequences.length, width]);
  const known: Record<string, () => Tensor> = {
    input_ids: () => shaped(ids),
    attention_mask: () => shaped(mask),
    token_type_ids: () => shaped(new BigInt64Array(ids.length)),
  };
  return Object.fromEntries(
    names.map((name) => {
      const make = known[name];
      if (make === undefined) throw new UnusableModel(`it wants an input ${name}, which is not known`);
      return [name, make()];
    }),
  );
}

/** The first row of every `stride` numbers, each divided by its length. */
function normalisedRows(values: Float32Array, dimension: number, stride: number): Float32Array {
  const rows = new Float32Array((values.length / stride) * dimension);
  for (let row = 0; row * stride < values.length; row += 1) {
    const vector = values.subarray(row * stride, row * stride + dimension);
    const length = Math.hypot(...vector);
    rows.set(
      vector.map((value) => value / length),
      row * dimension,
    );
  }
  return rows;
}

function floats(tensor: Tensor | undefined, name: string, count: number): Float32Array {
  const data = tensor?.data;
  const values = data instanceof Float32Array ? data : halfFloats(tensor);
  if (values === undefined)
    throw new UnusableModel(`its output ${name} holds ${tensor?.type ?? "nothing"}, not floats`);
  if (values.length !== count) throw new UnusableModel(`its output ${name} has ${values.length} numbers, not ${count}`);
  if (!values.every(Number.isFinite)) throw new Error(`the output ${name} holds numbers that are not finite`);
  return values;
}

/** Half floats as single ones; their type in JavaScript depends on the versions of runtime and library. */
function halfFloats(tensor: Tensor | undefined): Float32Array | undefined {
  if (tensor?.type !== "float16") return undefined;
  const { data } = tensor;
  return ArrayBuffer.isView(data)
    ? Float32Array.from(new Float16Array(data.buffer, data.byteOffset, data.length))
    : undefined;
}

async function readConfig(folder: string) {
  const parsed = modelConfig.safeParse(await Bun.file(join(folder, "config.json")).json());
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join("."));
  throw new UnusableModel(`its config.json has no usable ${fields.join(" and ")}`);
}

async function readHead({ sparseHead }: LoadSettings, dimension: number): Promise<SparseHead> {
  if (sparseHead === undefined) throw new UnusableModel("its sparse head is missing");
  try {
    return readSparseHead(await Bun.file(sparseHead).bytes(), dimension);
  } catch (error) {
    throw new UnusableModel(`its sparse head cannot be read: ${error instanceof Error ? error.message : "unknown"}`);
  }
}
