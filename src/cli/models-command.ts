import { messageOf } from "../errors.ts";
import { sha256OfFile } from "../retrieval/models/digests.ts";
import { type FetchProgress, fetchModel, fetchRecogniser } from "../retrieval/models/model-fetch.ts";
import { type Dtype, findModelFiles } from "../retrieval/models/model-files.ts";
import { parseFileName, parseModelName } from "../retrieval/models/model-name.ts";
import type { ModelsCommand } from "./command.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes } from "./usage.ts";

/** The line recogniser of the embedded engine. */
export interface WantedRecogniser {
  recogniser: string;
  /** Looks for its files, and compares them with what was recorded. */
  find(modelDir: string, name: string): Promise<{ ok: true; sha256: string } | { ok: false; reason: string }>;
}

/** A retrieval model that the environment names. */
export interface WantedModel {
  model: string;
  dtype: Dtype;
  sparseHead: string | undefined;
}

/** Fetches the models into a folder, or with `check` compares what is there with what was recorded. */
export async function runModels(
  { check, hub }: ModelsCommand,
  modelDir: string,
  models: readonly (WantedModel | WantedRecogniser)[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  let good = true;
  for (const wanted of models) {
    try {
      await terminal.print("model" in wanted ? `${wanted.model} (${wanted.dtype})` : wanted.recogniser);
      if (!check && isFetchable(wanted)) await fetchAndTell(modelDir, wanted, hub, terminal, signal);
      else await checkAndTell(modelDir, wanted, terminal, signal);
    } catch (error) {
      signal.throwIfAborted();
      good = false;
      terminal.report(`  failed: ${messageOf(error)}`);
    }
  }
  const verdict = good ? `All models in ${modelDir} are complete.` : `Not all models in ${modelDir} can be used.`;
  await terminal.print(verdict);
  return good ? exitCodes.success : exitCodes.failure;
}

const isFetchable = (wanted: WantedModel | WantedRecogniser): boolean =>
  ("model" in wanted ? parseModelName(wanted.model) : parseFileName(wanted.recogniser)?.model)?.fetchable === true;

async function fetchAndTell(
  modelDir: string,
  wanted: WantedModel | WantedRecogniser,
  hub: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const where = { modelDir, ...(hub === undefined ? {} : { hub }) };
  const options = { signal, onProgress: teller(terminal) };
  const fetched =
    "model" in wanted
      ? await fetchModel({ ...where, ...wanted }, options)
      : await fetchRecogniser({ ...where, ...wanted }, options);
  for (const { model, name, bytes, sha256, kept, commit } of fetched) {
    const what = `${kept ? "kept   " : "fetched"} ${model}/${name}`;
    await terminal.print(`  ${what}  ${bytes} bytes  sha256 ${sha256}  commit ${commit}`);
  }
}

async function checkAndTell(
  modelDir: string,
  wanted: WantedModel | WantedRecogniser,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (!("model" in wanted)) {
    const recogniser = await wanted.find(modelDir, wanted.recogniser);
    if (!recogniser.ok) throw new Error(`${wanted.recogniser}: ${recogniser.reason}`);
    await terminal.print(
      `  its files are there and, where a SHA-256 is recorded, whole; model sha256 ${recogniser.sha256}`,
    );
    return;
  }
  const found = await findModelFiles(modelDir, wanted.model, wanted.dtype, wanted.sparseHead);
  if (!found.ok) throw new Error(found.reason);
  for (const { name, path, bytes, sha256 } of found.files.recorded) {
    if ((await sha256OfFile(path, () => signal.throwIfAborted())) !== sha256)
      throw new Error(`${name} is damaged: its SHA-256 is not the recorded one`);
    await terminal.print(`  checked ${name}  ${bytes} bytes  sha256 ${sha256}`);
  }
  if (found.files.recorded.length === 0) await terminal.print("  its files are there; no SHA-256 of them is recorded");
}

/** Tells each new file and each tenth of the whole. */
function teller(terminal: Terminal): (progress: FetchProgress) => void {
  let told = "";
  return ({ file, doneBytes, totalBytes }) => {
    const tenth = totalBytes === 0 ? 100 : Math.floor((doneBytes / totalBytes) * 10) * 10;
    const line = `  ${String(tenth).padStart(3)} % of ${(totalBytes / 1e6).toFixed(1)} MB, at ${file}`;
    if (line === told) return;
    told = line;
    terminal.report(line);
  };
}
