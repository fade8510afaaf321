import { headOutputs } from "./heads-in-graph.ts";

/** Where the numbers of a model come from. */
export type OutputPlan =
  | {
      kind: "heads";
      /** One vector for each sequence, one weight for each of its tokens. */
      dense: string;
      sparse: string;
      /** The hidden state from which both have to be made in the graph first. */
      from: string | undefined;
    }
  | { kind: "logits"; logits: string };

export type OutputChoice = { ok: true; plan: OutputPlan } | { ok: false; reason: string };

const hiddenStates = ["last_hidden_state", "token_embeddings"] as const;

/** Whether a model has no heads of its own, and the hidden state that a sparse head can be put on. */
export const needsSparseHead = (outputNames: readonly string[]): boolean => {
  const choice = chooseOutputs("embed", outputNames, true);
  return choice.ok && choice.plan.kind === "heads" && choice.plan.from !== undefined;
};

/**
 * What to fetch from a model, by the names of its outputs: exports of BGE-M3 have either a dense and a sparse
 * head, or the hidden state, which then needs the sparse head from a file of its own to have both made of it.
 */
export function chooseOutputs(
  model: "embed" | "rerank",
  outputNames: readonly string[],
  hasSparseHead: boolean,
): OutputChoice {
  const has = (name: string) => outputNames.includes(name);
  const found = `its outputs are ${outputNames.join(", ")}`;
  if (model === "rerank") {
    if (has("logits")) return { ok: true, plan: { kind: "logits", logits: "logits" } };
    return { ok: false, reason: `it is no reranker: ${found}, and logits is not among them` };
  }
  if (has("dense_vecs") && has("sparse_vecs")) {
    return { ok: true, plan: { kind: "heads", dense: "dense_vecs", sparse: "sparse_vecs", from: undefined } };
  }
  const hidden = hiddenStates.find(has);
  if (hidden === undefined) {
    const wanted = `dense_vecs with sparse_vecs, or one of ${hiddenStates.join(", ")}`;
    return { ok: false, reason: `it is no embedding model of this kind: ${found}, wanted are ${wanted}` };
  }
  if (!hasSparseHead) {
    return { ok: false, reason: "it has no sparse output, and the file of EMBED_SPARSE_HEAD is not there" };
  }
  return { ok: true, plan: { kind: "heads", ...headOutputs, from: hidden } };
}
