import { z } from "zod";
import { integers, packedSequences } from "./sequences.ts";

const floats = z.custom<Float32Array>((value) => value instanceof Float32Array, "not a Float32Array");

/** What a child needs to know about the model it serves. Paths are absolute; they never leave the two processes. */
const loadSettings = z.object({
  kind: z.enum(["embed", "rerank"]),
  /** Folder with config.json, tokenizer.json and tokenizer_config.json. */
  folder: z.string(),
  /** The ONNX file, below `folder`. */
  modelFile: z.string(),
  /** `sparse_linear.pt`, for models without a sparse output. */
  sparseHead: z.string().optional(),
  device: z.enum(["cpu", "cuda"]),
  gpuIndex: z.number().int(),
  threads: z.number().int().positive(),
  /** Sequences are cut to this, or to the model's own limit where that is lower. */
  maxTokens: z.number().int(),
  /** Files whose SHA-256 is known and has not been checked since they last changed. */
  verify: z.array(z.object({ name: z.string(), path: z.string(), sha256: z.string() })),
});

export const toChild = z.discriminatedUnion("type", [
  z.object({ type: z.literal("load"), settings: loadSettings }),
  z.object({ type: z.literal("run"), ...packedSequences }),
]);

const modelFacts = z.object({
  /** Numbers in a dense vector. */
  dimension: z.number().int().positive(),
  maxTokens: z.number().int().positive(),
});

const embedded = z.object({
  type: z.literal("embedded"),
  /** One vector after another. */
  dense: floats,
  sparse: z.object({ indices: integers, values: floats, lengths: integers }),
});

const scored = z.object({ type: z.literal("scored"), logits: floats });

export const fromChild = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("progress"),
    stage: z.enum(["verifying files", "loading the model", "first inference"]),
    /** Share that is done, 0 to 1. */
    done: z.number(),
  }),
  z.object({ type: z.literal("ready"), facts: modelFacts }),
  /** The model cannot be used, and why. */
  z.object({ type: z.literal("unusable"), reason: z.string() }),
  embedded,
  scored,
  /** One operation failed; the child goes on. */
  z.object({ type: z.literal("failed"), reason: z.string() }),
]);

export type LoadSettings = z.infer<typeof loadSettings>;
export type ModelFacts = z.infer<typeof modelFacts>;
export type ToChild = z.infer<typeof toChild>;
export type FromChild = z.infer<typeof fromChild>;
export type RunAnswer = z.infer<typeof embedded> | z.infer<typeof scored>;
export type LoadStage = Extract<FromChild, { type: "progress" }>["stage"];
