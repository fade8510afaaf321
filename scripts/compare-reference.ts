import { totalmem } from "node:os";
import { parseArgs } from "node:util";
import { Retrieval } from "../src/retrieval/retrieval.ts";
import { differences, publishedNumbers } from "./published-numbers.ts";
import { retrievalSettings } from "./retrieval-settings.ts";

const usage = `Runs the configured models and compares them with numbers that the models' authors published.

  bun run models --dir FOLDER && bun run compare-reference --dir FOLDER [--device cpu|cuda]

FOLDER is MODEL_DIR unless given. Meant for BGE-M3 and BGE-Reranker-Large; other models give other numbers.`;

const { values } = parseArgs({
  options: {
    dir: { type: "string" },
    device: { type: "string", default: "cpu" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(usage);
else process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  const settings = retrievalSettings();
  if (settings === undefined) return false;
  const retrieval = await Retrieval.start({
    modelDir: values.dir ?? settings.MODEL_DIR,
    embed: {
      model: settings.EMBED_MODEL,
      sparseHead: settings.EMBED_SPARSE_HEAD,
      dtype: settings.EMBED_DTYPE,
      maxTokens: settings.EMBED_MAX_TOKENS,
    },
    rerank: { model: settings.RERANK_MODEL, dtype: settings.RERANK_DTYPE },
    device: values.device === "cuda" ? "cuda" : "cpu",
    gpuIndex: 0,
    preload: true,
    download: false,
    timeoutMs: 600_000,
    gpuIdleMs: 600_000,
    threads: settings.RETRIEVAL_THREADS,
    headroomThresholdMb: 0,
    readFreeVram: () => Promise.resolve({ known: true, freeMb: Number.MAX_SAFE_INTEGER, spilled: false }),
    maxChildMemoryBytes: 0.9 * totalmem(),
    childEnvironment: { PATH: process.env.PATH ?? "", LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH ?? "" },
  });
  try {
    if (values.device === "cuda") await warmUp(retrieval);
    const found = await differences(retrieval);
    for (const { what, published, measured, tolerance, device } of found) {
      const good = Math.abs(published - measured) <= tolerance;
      const numbers = `published ${published.toFixed(5)}  measured ${measured.toFixed(5)}  on ${device}`;
      console.log(`${good ? "same " : "OTHER"}  ${what.padEnd(44)} ${numbers}`);
    }
    console.log(`Sources: ${publishedNumbers.sources.join("; ")}`);
    return found.every(({ published, measured, tolerance }) => Math.abs(published - measured) <= tolerance);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    await retrieval.close(AbortSignal.abort());
  }
}

/** The first requests start the GPU's processes; the comparison waits for them. */
async function warmUp(retrieval: Retrieval): Promise<void> {
  const { signal } = new AbortController();
  await Promise.all([retrieval.embedder.embed(["x"], signal), retrieval.reranker.rerank("x", ["x"], signal)]);
  for (;;) {
    const { embedder, reranker } = retrieval.status();
    if ([embedder, reranker].every(({ gpu }) => gpu.state !== "starting" && gpu.state !== "off")) break;
    await Bun.sleep(100);
  }
  const { embedder, reranker } = retrieval.status();
  for (const { model, gpu } of [embedder, reranker]) console.log(`${model}: GPU ${gpu.state}, ${gpu.reason}`);
}
