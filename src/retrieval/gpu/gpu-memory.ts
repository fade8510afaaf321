import type { BatchLimits } from "../batching/batch-plan.ts";
import { lengthMultiple, paddedLength } from "../child/sequences.ts";

/** What decides how much of a card a model takes. */
export interface ModelShape {
  weightsMb: number;
  /** Numbers in the hidden state of a token. */
  dimension: number;
  /** Heads of its attention. */
  heads: number;
  /** Bytes of a number in between: 4, or 2 with half floats. */
  floatBytes: 2 | 4;
  /** The longest sequence. */
  maxTokens: number;
}

/** How large the batches of a GPU child are, and what it holds of the VRAM at most with them. */
export interface GpuPlan {
  limits: BatchLimits;
  heldMb: number;
  weightsMb: number;
}

/** A process on the card, with what it holds at least and at most. */
export interface GpuProcess {
  /** Undefined while it starts or when it has just gone. */
  pid: number | undefined;
  leastMb: number;
  mostMb: number;
}

/** Batches of 32 full texts keep a large card at work; below 8 a card gains little over a processor. */
const tokenBudgets = [16_384, 8_192, 4_096] as const;
const fullText = 512;
const maxPaddingTokens = 128;

/** The CUDA context with its libraries: 806 MB beside the weights of BGE-M3 (H100, CUDA 13). MB as nvidia-smi's. */
const contextMb = 810;
/** The runtime takes memory in blocks that double until they are so large, and the last one may be as good as empty. */
const blockMb = 1_024;
/**
 * What a layer holds at once, in hidden states for each token and in matrices of attention for each head. Reckoned with
 * these, and measured on an H200 after batches of all lengths, MB beside the weights of BGE-M3 and BGE-Reranker-Large: of
 * 16,384 tokens 4,138 and 3,660 (fp16 2,986 and 2,661), of 8,192 2,986 and 2,668, of 4,096 2,410 and 2,122 (fp16 2,122
 * and 1,904); with a sequence of 8,192 10,666 and 9,772 (fp16 6,250 and 5,989).
 */
const hiddenStatesHeld = 20;
const attentionsHeld = 2;

const bytesPerMb = 1_048_576;

/** The sizes of batches that a GPU child may have, the largest first, each with what must be free for it. */
export function gpuPlans(shape: ModelShape): GpuPlan[] {
  const longest = paddedLength(shape.maxTokens, lengthMultiple.cuda);
  return tokenBudgets.map((maxPaddedTokens) => {
    const limits = {
      maxPaddedTokens,
      maxSquaredTokens: maxPaddedTokens * fullText,
      maxPaddingTokens,
      maxSmallTokens: maxPaddedTokens,
      lengthMultiple: lengthMultiple.cuda,
    };
    // The longest sequence runs alone, however long.
    const peakMb = Math.max(
      peakOf(shape, maxPaddedTokens, limits.maxSquaredTokens),
      peakOf(shape, longest, longest ** 2),
    );
    const { weightsMb } = shape;
    return { limits, weightsMb, heldMb: Math.ceil(weightsMb + contextMb + blockMb + peakMb) };
  });
}

function peakOf({ dimension, heads, floatBytes }: ModelShape, tokens: number, squaredTokens: number): number {
  return ((tokens * dimension * hiddenStatesHeld + squaredTokens * heads * attentionsHeld) * floatBytes) / bytesPerMb;
}
