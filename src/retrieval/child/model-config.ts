import { join } from "node:path";
import { z } from "zod";

const modelConfig = z.object({
  hidden_size: z.number().int().positive(),
  max_position_embeddings: z.number().int().min(5),
  num_attention_heads: z.number().int().positive().optional(),
});

/** As in every published model of this kind. */
const numbersPerHead = 64;

/** RoBERTa counts positions from the pad id plus one, so two rows of its table are never reached. */
const unusedPositions = 2;

export interface ModelConfig {
  /** Numbers in a hidden state. */
  dimension: number;
  /** Heads of its attention. */
  heads: number;
  /** Longest sequence that the model has positions for. */
  maxTokens: number;
}

/** @throws Error when the folder's config.json does not say what is needed */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const parsed = modelConfig.safeParse(await Bun.file(join(folder, "config.json")).json());
  if (parsed.success) {
    const { hidden_size, max_position_embeddings, num_attention_heads } = parsed.data;
    const maxTokens = max_position_embeddings - unusedPositions;
    const heads = num_attention_heads ?? Math.ceil(hidden_size / numbersPerHead);
    return { dimension: hidden_size, heads, maxTokens };
  }
  const fields = parsed.error.issues.map((issue) => issue.path.join("."));
  throw new Error(`its config.json has no usable ${fields.join(" and ")}`);
}
