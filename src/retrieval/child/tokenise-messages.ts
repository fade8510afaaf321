import { z } from "zod";
import { packedSequences } from "./sequences.ts";

/** Texts to be cut into tokens; with a query, each is paired with it. */
const textGroup = z.object({ query: z.string().optional(), texts: z.array(z.string()) });

export const toTokeniser = z.discriminatedUnion("type", [
  /** `folder` holds config.json and tokenizer.json; sequences are cut to `maxTokens` or to the model's own limit. */
  z.object({ type: z.literal("open"), folder: z.string(), maxTokens: z.number().int() }),
  z.object({ type: z.literal("tokenise"), groups: z.array(textGroup) }),
]);

const tokenised = z.object({
  type: z.literal("tokenised"),
  ...packedSequences,
  truncated: z.array(z.boolean()),
});

export const fromTokeniser = z.discriminatedUnion("type", [
  z.object({ type: z.literal("opened") }),
  tokenised,
  /** It cannot be used, or these texts came to nothing; the process goes on. */
  z.object({ type: z.literal("failed"), reason: z.string() }),
]);

export type TextGroup = z.infer<typeof textGroup>;
export type ToTokeniser = z.infer<typeof toTokeniser>;
export type FromTokeniser = z.infer<typeof fromTokeniser>;
export type Tokenised = z.infer<typeof tokenised>;
