import { setTimeout as sleep } from "node:timers/promises";
import type { Retrieval } from "../retrieval/retrieval.ts";
import { type Comparison, differences, publishedNumbers } from "./published-numbers.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes } from "./usage.ts";

/**
 * Runs the models and prints what they compute beside the numbers that their authors published. It fails where a number
 * is another one, and where a model did not run on the device that was asked for.
 */
export async function runCompareReference(
  device: "cpu" | "cuda",
  retrieval: Retrieval,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  if (device === "cuda" && !(await warmUp(retrieval, terminal, signal))) return exitCodes.failure;
  const found = await differences(retrieval, signal);
  const isSame = ({ published, measured, tolerance }: Comparison) => Math.abs(published - measured) <= tolerance;
  for (const comparison of found) {
    const { what, published, measured, device: ranOn } = comparison;
    const numbers = `published ${published.toFixed(5)}  measured ${measured.toFixed(5)}  on ${ranOn}`;
    await terminal.print(`${isSame(comparison) ? "same " : "OTHER"}  ${what.padEnd(44)} ${numbers}`);
  }
  await terminal.print(`Sources: ${publishedNumbers.sources.join("; ")}`);
  const elsewhere = found.filter(({ device: ranOn }) => ranOn !== device).length;
  if (elsewhere > 0) terminal.report(`${elsewhere} of ${found.length} numbers were not computed on ${device}.`);
  return elsewhere === 0 && found.every(isSame) ? exitCodes.success : exitCodes.failure;
}

/** The first requests start the GPU's processes; the comparison waits for them. False where one of them does not run. */
async function warmUp(retrieval: Retrieval, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  await Promise.all([retrieval.embedder.embed(["x"], signal), retrieval.reranker.rerank("x", ["x"], signal)]);
  const models = () => {
    const { embedder, reranker } = retrieval.status();
    return [embedder, reranker];
  };
  while (models().some(({ gpu }) => gpu.state === "starting" || gpu.state === "off"))
    await sleep(100, undefined, { signal });
  for (const { model, gpu } of models()) await terminal.print(`${model}: GPU ${gpu.state}, ${gpu.reason}`);
  return models().every(({ gpu }) => gpu.state === "ready");
}
