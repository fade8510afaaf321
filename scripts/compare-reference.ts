import { totalmem } from "node:os";
import { exitCodes } from "../src/cli/usage.ts";
import { Retrieval } from "../src/retrieval/retrieval.ts";
import { differences, publishedNumbers } from "./published-numbers.ts";
import { readOptions } from "./read-options.ts";
import { retrievalSettings } from "./retrieval-settings.ts";

const usage = `Runs the configured models and compares them with numbers that the models' authors published.

  bun run models --dir FOLDER && bun run compare-reference --dir FOLDER [--device cpu|cuda]

FOLDER is MODEL_DIR unless given. Meant for BGE-M3 and BGE-Reranker-Large; other models give other numbers. It fails where
a number is another one, and where a model did not run on the device that was asked for.`;

const values = readOptions(
  {
    dir: { type: "string" },
    device: { type: "string", default: "cpu" },
    help: { type: "boolean", default: false },
  },
  usage,
);

if (values?.help) console.log(usage);
else if (values !== undefined) process.exitCode = await run(values.dir, values.device);

async function run(dir: string | undefined, device: string): Promise<number> {
  if (device === "cpu" || device === "cuda") return (await main(dir, device)) ? exitCodes.success : exitCodes.failure;
  console.error(`--device must be one of cpu, cuda.\n\n${usage}`);
  return exitCodes.usage;
}

async function main(dir: string | undefined, device: "cpu" | "cuda"): Promise<boolean> {
  const settings = retrievalSettings();
  if (settings === undefined) return false;
  const retrieval = await Retrieval.start({
    modelDir: dir ?? settings.MODEL_DIR,
    embed: {
      model: settings.EMBED_MODEL,
      sparseHead: settings.EMBED_SPARSE_HEAD,
      dtype: settings.EMBED_DTYPE,
      maxTokens: settings.EMBED_MAX_TOKENS,
    },
    rerank: { model: settings.RERANK_MODEL, dtype: settings.RERANK_DTYPE },
    device,
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
    if (device === "cuda" && !(await warmUp(retrieval))) return false;
    const found = await differences(retrieval);
    for (const { what, published, measured, tolerance, device: ranOn } of found) {
      const good = Math.abs(published - measured) <= tolerance;
      const numbers = `published ${published.toFixed(5)}  measured ${measured.toFixed(5)}  on ${ranOn}`;
      console.log(`${good ? "same " : "OTHER"}  ${what.padEnd(44)} ${numbers}`);
    }
    console.log(`Sources: ${publishedNumbers.sources.join("; ")}`);
    const elsewhere = found.filter(({ device: ranOn }) => ranOn !== device).length;
    if (elsewhere > 0) console.error(`${elsewhere} of ${found.length} numbers were not computed on ${device}.`);
    return elsewhere === 0 && found.every((number) => Math.abs(number.published - number.measured) <= number.tolerance);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    await retrieval.close(AbortSignal.abort());
  }
}

/** The first requests start the GPU's processes; the comparison waits for them. False where one of them does not run. */
async function warmUp(retrieval: Retrieval): Promise<boolean> {
  const { signal } = new AbortController();
  await Promise.all([retrieval.embedder.embed(["x"], signal), retrieval.reranker.rerank("x", ["x"], signal)]);
  const models = () => Object.values(retrieval.status()).filter((part) => typeof part === "object");
  while (models().some(({ gpu }) => gpu.state === "starting" || gpu.state === "off")) await Bun.sleep(100);
  for (const { model, gpu } of models()) console.log(`${model}: GPU ${gpu.state}, ${gpu.reason}`);
  return models().every(({ gpu }) => gpu.state === "ready");
}
