import { dirname } from "node:path";
import { AutoModel, env, LogLevel } from "@huggingface/transformers";
import { type InferenceSession, env as runtime } from "onnxruntime-node";
import { messageOf } from "../../errors.ts";
import type { LoadSettings, LoadStage, ModelFacts } from "./messages.ts";
import { readModelConfig } from "./model-config.ts";
import { chooseOutputs, type OutputPlan } from "./model-outputs.ts";
import { readSparseHead, type SparseHead, type SparseVector, sparseVector, tokenWeights } from "./sparse.ts";
import { feeds, floats, normalisedRows } from "./tensors.ts";
import { specialIds } from "./tokenise.ts";

type Numbers =
  | { kind: "embed"; dense: Float32Array; sparse: SparseVector[] }
  | { kind: "rerank"; logits: Float32Array };

export interface Model {
  facts: ModelFacts;
  /** Computes one batch; blocks the process while it does. */
  run(sequences: readonly Int32Array[]): Promise<Numbers>;
}

/**
 * Loads a model from local files; nothing is ever fetched. Runs in the child, because both
 * loading and inference are synchronous native calls.
 * @throws Error when the files do not make a model of the wanted kind
 */
export async function loadModel(settings: LoadSettings, onStage: (stage: LoadStage) => void): Promise<Model> {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  // At any other level a failing inference prints its inputs, which are the callers' texts.
  env.logLevel = LogLevel.NONE;
  // The runtime itself prints no inputs, and says only here why a provider could not be loaded.
  runtime.logLevel = "error";
  const { dimension, maxTokens } = await readModelConfig(settings.folder);
  onStage("loading the model");
  const session = await openSession(settings);
  const choice = chooseOutputs(settings.kind, session.outputNames, settings.sparseHead !== undefined);
  if (!choice.ok) throw new Error(choice.reason);
  const head = choice.plan.kind === "hidden-state" ? await readHead(settings, dimension) : undefined;
  const model: Model = {
    facts: { dimension, maxTokens: Math.min(settings.maxTokens, maxTokens) },
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
      if (head === undefined) throw new Error("its sparse head is missing");
      const hidden = values(plan.fetch[0], width * dimension);
      const rows = (row: number, count: number) =>
        hidden.subarray(row * width * dimension, (row * width + count) * dimension);
      const sparse = sequences.map((ids, row) => sparseVector(ids, tokenWeights(rows(row, ids.length), head)));
      return { kind: "embed", dense: normalisedRows(hidden, dimension, width * dimension), sparse };
    }
  }
}

async function readHead({ sparseHead }: LoadSettings, dimension: number): Promise<SparseHead> {
  if (sparseHead === undefined) throw new Error("its sparse head is missing");
  try {
    return readSparseHead(await Bun.file(sparseHead).bytes(), dimension);
  } catch (error) {
    throw new Error(`its sparse head cannot be read: ${messageOf(error)}`);
  }
}
