import { z } from "zod";

const integers = z.custom<Int32Array>((value) => value instanceof Int32Array, "not an Int32Array");
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

/** Texts to be cut into tokens; with a query, each is paired with it. */
const textGroup = z.object({ query: z.string().optional(), texts: z.array(z.string()) });

/** Sequences one after another, without padding. */
const sequences = { ids: integers, lengths: integers };

export const toChild = z.discriminatedUnion("type", [
  z.object({ type: z.literal("load"), settings: loadSettings }),
  z.object({ type: z.literal("tokenise"), groups: z.array(textGroup) }),
  z.object({ type: z.literal("run"), ...sequences }),
]);

const modelFacts = z.object({
  /** Numbers in a dense vector. */
  dimension: z.number().int().positive(),
  maxTokens: z.number().int().positive(),
});

const tokenised = z.object({
  type: z.literal("tokenised"),
  ...sequences,
  truncated: z.array(z.boolean()),
});

const embedded = z.object({
  type: z.literal("embedded"),
  /** One vector after another. */
  dense: floats,
  sparse: z.array(z.object({ indices: z.array(z.number()), values: z.array(z.number()) })),
});

const scored = z.object({ type: z.literal("scored"), logits: floats });

export const fromChild = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("progress"),
    stage: z.enum(["verifying files", "reading the tokeniser", "loading the model", "first inference"]),
    /** Share that is done, 0 to 1. */
    done: z.number(),
  }),
  z.object({ type: z.literal("ready"), facts: modelFacts }),
  /** The model cannot be used, and why. */
  z.object({ type: z.literal("unusable"), reason: z.string() }),
  tokenised,
  embedded,
  scored,
  /** One operation failed; the child goes on. */
  z.object({ type: z.literal("failed"), reason: z.string() }),
]);

export type LoadSettings = z.infer<typeof loadSettings>;
export type TextGroup = z.infer<typeof textGroup>;
export type ModelFacts = z.infer<typeof modelFacts>;
export type ToChild = z.infer<typeof toChild>;
export type FromChild = z.infer<typeof fromChild>;
export type Tokenised = z.infer<typeof tokenised>;
export type RunAnswer = z.infer<typeof embedded> | z.infer<typeof scored>;
export type LoadStage = Extract<FromChild, { type: "progress" }>["stage"];

/** Sequences one after another, without padding: two arrays cross to another process faster than many. */
export interface PackedSequences {
  ids: Int32Array;
  lengths: Int32Array;
}

export function packSequences(sequences: ReadonlyArray<ArrayLike<number>>): PackedSequences {
  const lengths = Int32Array.from(sequences, ({ length }) => length);
  const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
  let start = 0;
  for (const sequence of sequences) {
    ids.set(sequence, start);
    start += sequence.length;
  }
  return { ids, lengths };
}

/** Copies, so that a short sequence does not keep the memory of all. */
export function unpackSequences({ ids, lengths }: PackedSequences): Int32Array[] {
  let start = 0;
  return Array.from(lengths, (length) => {
    start += length;
    return ids.slice(start - length, start);
  });
}
