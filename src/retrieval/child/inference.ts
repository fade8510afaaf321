import { type FileHandle, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AutoModel, env, LogLevel } from "@huggingface/transformers";
import { InferenceSession, env as runtime } from "onnxruntime-node";
import { messageOf } from "../../errors.ts";
import { headsForGraph } from "./heads-in-graph.ts";
import type { LoadSettings, LoadStage, ModelFacts } from "./messages.ts";
import { readModelConfig } from "./model-config.ts";
import { chooseOutputs, type OutputPlan } from "./model-outputs.ts";
import { outputNames } from "./onnx-graph.ts";
import { lengthMultiple, paddedLength } from "./sequences.ts";
import { readSparseHead, type SparseHead, type SparseVectors, sparseVectors } from "./sparse.ts";
import { feeds, floats, normalisedRows } from "./tensors.ts";
import { specialIds } from "./tokenise.ts";

type Numbers = { kind: "embed"; dense: Float32Array; sparse: SparseVectors } | { kind: "rerank"; logits: Float32Array };

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
  const choice = chooseOutputs(settings.kind, await readOutputNames(settings), settings.sparseHead !== undefined);
  if (!choice.ok) throw new Error(choice.reason);
  const { plan } = choice;
  const session =
    plan.kind === "heads" && plan.from !== undefined
      ? await sessionWithHeads(settings, plan.from, await readHead(settings, dimension))
      : await openSession(settings);
  const model: Model = {
    facts: { dimension, maxTokens: Math.min(settings.maxTokens, maxTokens) },
    run: (sequences) => {
      const longest = Math.max(...sequences.map((sequence) => sequence.length));
      const width = Math.min(paddedLength(longest, lengthMultiple[settings.device]), maxTokens);
      return run(session, plan, sequences, width, dimension);
    },
  };
  onStage("first inference");
  await model.run([Int32Array.of(specialIds.begin, specialIds.unknown, specialIds.end)]);
  return model;
}

/** Opens a model file as it is. */
async function openSession(settings: LoadSettings): Promise<InferenceSession> {
  const { folder, modelFile } = settings;
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
    device: settings.device,
    session_options: sessionOptions(settings),
  });
  return model.sessions.model;
}

/**
 * Opens a model with the heads in its graph, from memory: nothing is written beside it. Weights in a file of their own stay
 * mapped; those in the model file are in memory once more while it loads.
 */
async function sessionWithHeads(settings: LoadSettings, hidden: string, head: SparseHead): Promise<InferenceSession> {
  const file = join(settings.folder, settings.modelFile);
  const heads = headsForGraph(hidden, head);
  const model = await readWithAppended(file, heads);
  return InferenceSession.create(model, sessionOptions(settings, dirname(file)));
}

/** Less than the most that one call of the system reads. */
const readAtOnceBytes = 2 ** 30;

/** A file with these bytes appended, in memory once. */
async function readWithAppended(path: string, appended: Uint8Array): Promise<Uint8Array> {
  await using file: FileHandle = await open(path);
  const { size } = await file.stat();
  const whole = new Uint8Array(size + appended.length);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(whole, at, Math.min(size - at, readAtOnceBytes), at);
    if (bytesRead === 0) throw new Error("its file became shorter while it was read");
    at += bytesRead;
  }
  whole.set(appended, size);
  return whole;
}

/** @param dataFolder where a model from memory has its external data */
function sessionOptions(
  { device, gpuIndex, threads }: LoadSettings,
  dataFolder?: string,
): InferenceSession.SessionOptions {
  return {
    executionProviders: [device === "cuda" ? { name: "cuda", deviceId: gpuIndex } : { name: "cpu" }],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // Arena and prepacking would double the memory of a large model; spinning threads would take the CPU
    // from the rest of the service between batches.
    enableCpuMemArena: false,
    extra: {
      session: {
        disable_prepacking: device === "cpu" ? "1" : "0",
        intra_op: { allow_spinning: "0" },
        ...(dataFolder !== undefined && { model_external_initializers_file_folder_path: dataFolder }),
      },
    },
  };
}

async function run(
  session: InferenceSession,
  plan: OutputPlan,
  sequences: readonly Int32Array[],
  width: number,
  dimension: number,
): Promise<Numbers> {
  const fetched = plan.kind === "logits" ? [plan.logits] : [plan.dense, plan.sparse];
  const outputs = await session.run(feeds(session.inputNames, sequences, width), fetched);
  const values = (name: string, perSequence: number) => floats(outputs[name], name, sequences.length * perSequence);
  if (plan.kind === "logits") return { kind: "rerank", logits: values(plan.logits, 1) };
  return {
    kind: "embed",
    dense: normalisedRows(values(plan.dense, dimension), dimension),
    sparse: sparseVectors(sequences, values(plan.sparse, width), width),
  };
}

async function readOutputNames({ folder, modelFile }: LoadSettings): Promise<string[]> {
  try {
    return await outputNames(Bun.file(join(folder, modelFile)));
  } catch (error) {
    throw new Error(`its file ${modelFile} cannot be read: ${messageOf(error)}`);
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
