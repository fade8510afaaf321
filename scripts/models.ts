import { sha256OfFile } from "../src/retrieval/models/digests.ts";
import { type FetchProgress, fetchModel } from "../src/retrieval/models/model-fetch.ts";
import { type Dtype, findModelFiles } from "../src/retrieval/models/model-files.ts";
import { parseModelName } from "../src/retrieval/models/model-name.ts";
import { sections } from "../src/service/env-schema.ts";
import { readOptions } from "./read-options.ts";
import { retrievalSettings } from "./retrieval-settings.ts";

const usage = `Fetches the retrieval models that the environment names, and checks every file.

  bun run models [--dir FOLDER] [--hub URL]     fetch what is missing or damaged
  bun run models --check [--dir FOLDER]         check what is there against models.lock.json, without network

FOLDER is MODEL_DIR unless given. For a host without internet: fetch into a folder elsewhere, copy the folder,
set MODEL_DIR to it, and run the check there. Variables: ${Object.keys(sections.Retrieval).slice(0, 6).join(", ")}.`;

interface WantedModel {
  model: string;
  dtype: Dtype;
  sparseHead: string | undefined;
}

const values = readOptions(
  {
    dir: { type: "string" },
    hub: { type: "string" },
    check: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
  usage,
);

if (values?.help) console.log(usage);
else if (values !== undefined) process.exitCode = (await main(values)) ? 0 : 1;

interface Options {
  dir?: string | undefined;
  hub?: string | undefined;
  check: boolean;
}

async function main({ dir, hub, check }: Options): Promise<boolean> {
  const settings = retrievalSettings();
  if (settings === undefined) return false;
  const { EMBED_MODEL, EMBED_DTYPE, EMBED_SPARSE_HEAD, RERANK_MODEL, RERANK_DTYPE, MODEL_DIR } = settings;
  const modelDir = dir ?? MODEL_DIR;
  const models: WantedModel[] = [
    { model: EMBED_MODEL, dtype: EMBED_DTYPE, sparseHead: EMBED_SPARSE_HEAD },
    { model: RERANK_MODEL, dtype: RERANK_DTYPE, sparseHead: undefined },
  ];
  let good = true;
  for (const wanted of models) {
    try {
      console.log(`${wanted.model} (${wanted.dtype})`);
      if (!check && parseModelName(wanted.model)?.fetchable) await fetchAndTell(modelDir, wanted, hub);
      else await checkAndTell(modelDir, wanted);
    } catch (error) {
      good = false;
      console.error(`  failed: ${error instanceof Error ? error.message : error}`);
    }
  }
  console.log(good ? `All models in ${modelDir} are complete.` : `Not all models in ${modelDir} can be used.`);
  return good;
}

async function fetchAndTell(modelDir: string, wanted: WantedModel, hubUrl: string | undefined): Promise<void> {
  const hub = hubUrl?.replace(/\/+$/, "");
  const fetched = await fetchModel(
    { modelDir, ...wanted, ...(hub === undefined ? {} : { hub }) },
    { signal: new AbortController().signal, onProgress: teller() },
  );
  for (const { model, name, bytes, sha256, kept, commit } of fetched) {
    console.log(
      `  ${kept ? "kept   " : "fetched"} ${model}/${name}  ${bytes} bytes  sha256 ${sha256}  commit ${commit}`,
    );
  }
}

async function checkAndTell(modelDir: string, { model, dtype, sparseHead }: WantedModel): Promise<void> {
  const found = await findModelFiles(modelDir, model, dtype, sparseHead);
  if (!found.ok) throw new Error(found.reason);
  for (const { name, path, bytes, sha256 } of found.files.recorded) {
    if ((await sha256OfFile(path)) !== sha256)
      throw new Error(`${name} is damaged: its SHA-256 is not the recorded one`);
    console.log(`  checked ${name}  ${bytes} bytes  sha256 ${sha256}`);
  }
  if (found.files.recorded.length === 0) console.log("  its files are there; no SHA-256 of them is recorded");
}

/** Prints a line for each new file and each tenth of the whole. */
function teller(): (progress: FetchProgress) => void {
  let told = "";
  return ({ file, doneBytes, totalBytes }) => {
    const tenth = totalBytes === 0 ? 100 : Math.floor((doneBytes / totalBytes) * 10) * 10;
    const line = `  ${String(tenth).padStart(3)} % of ${(totalBytes / 1e6).toFixed(1)} MB, at ${file}`;
    if (line === told) return;
    told = line;
    console.log(line);
  };
}
