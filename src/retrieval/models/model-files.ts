import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { needsSparseHead } from "../child/model-outputs.ts";
import { outputNames } from "../child/onnx-graph.ts";
import { type LockedModel, readLock } from "./model-lock.ts";
import { type FileName, type ModelName, parseFileName, parseModelName } from "./model-name.ts";

export type Dtype = "fp32" | "fp16" | "int8";

/** A file whose recorded SHA-256 is to be checked; `bytes` and `changedMs` tell whether that was done already. */
export interface RecordedFile extends FileFacts {
  name: string;
  sha256: string;
}

export interface ModelFiles {
  folder: string;
  /** The ONNX file, below `folder`. */
  modelFile: string;
  /** The sparse head's file, if it is there. */
  sparseHead: string | undefined;
  /** Size of the weights, which is about what they take on a GPU. */
  bytes: number;
  recorded: RecordedFile[];
}

/** `absent`: fetching may help; otherwise a person must change something. `isHead`: the sparse head alone is missing. */
export type FilesFound =
  | { ok: true; files: ModelFiles }
  | { ok: false; absent: boolean; isHead?: boolean; reason: string };

/** Names of the ONNX file, best first, as exporters name it by the type of its weights. */
export const modelFileNames: Record<Dtype, readonly string[]> = {
  fp32: ["onnx/model.onnx", "model.onnx"],
  fp16: ["onnx/model_fp16.onnx", "model_fp16.onnx"],
  int8: ["onnx/model_quantized.onnx", "onnx/model_int8.onnx", "model_quantized.onnx", "model_int8.onnx"],
};

/** Files that every model needs beside its weights. */
export const companionFiles = ["config.json", "tokenizer.json", "tokenizer_config.json"] as const;

/**
 * Finds the files of a model below the model directory. Reasons are the end of a sentence and name files
 * only below that directory.
 */
export async function findModelFiles(
  modelDir: string,
  model: string,
  dtype: Dtype,
  sparseHead: string | undefined,
): Promise<FilesFound> {
  const name = parseModelName(model);
  if (name === undefined) return fault(`"${model}" is neither a repository nor a folder below MODEL_DIR`);
  const head = sparseHead === undefined ? undefined : parseFileName(sparseHead);
  if (sparseHead !== undefined && head === undefined) return fault(`"${sparseHead}" does not name a sparse head`);
  const lock = await readLock(modelDir).catch((error: unknown) => String(error));
  if (typeof lock === "string") return fault(lock.replace(/^Error: /, ""));
  const locked = lock.models[name.name];
  const folder = join(modelDir, name.name);
  const present = await presentFiles(folder);
  const modelFile = modelFileNames[dtype].find((file) => present.has(file));
  const missing = companionFiles.find((file) => !present.has(file));
  if (modelFile === undefined || missing !== undefined) return gone(name, missing ?? modelFileNames[dtype][0]);
  const outdated = otherRevision(name, locked);
  if (outdated !== undefined) return { ok: false, absent: true, reason: outdated };
  const isWeight = (file: string) => file === modelFile || isDataOf(modelFile, file);
  const lost = Object.keys(locked?.files ?? {}).find((file) => isWeight(file) && !present.has(file));
  if (lost !== undefined) return gone(name, lost);

  const headFile = head === undefined ? undefined : await presentHead(modelDir, head);
  if (head !== undefined && headFile === undefined && !(await hasSparseOutput(join(folder, modelFile)))) {
    const reason = `it has no sparse output, and ${join(head.model?.name ?? "", head.file)} of EMBED_SPARSE_HEAD is not there`;
    return { ok: false, absent: head.model?.fetchable === true, isHead: true, reason };
  }
  const weights = [...present].filter(([file]) => isWeight(file));
  const used = [...present].filter(([file]) => isWeight(file) || companionFiles.some((other) => other === file));
  const headLock = head?.model === undefined ? undefined : lock.models[head.model.name];
  return {
    ok: true,
    files: {
      folder,
      modelFile,
      sparseHead: headFile?.path,
      bytes: weights.reduce((sum, [, { bytes }]) => sum + bytes, 0),
      recorded: [
        ...used.flatMap(([file, facts]) => recorded(locked, file, facts)),
        ...(head === undefined || headFile === undefined ? [] : recorded(headLock, head.file, headFile)),
      ],
    },
  };
}

/** Whether a model can do without a sparse head; one that cannot be read is told so where it is loaded. */
async function hasSparseOutput(path: string): Promise<boolean> {
  try {
    return !needsSparseHead(await outputNames(Bun.file(path)));
  } catch {
    return true;
  }
}

/** Where a sparse head's file is, below the model directory. */
const sparseHeadPath = (modelDir: string, head: FileName): string => join(modelDir, head.model?.name ?? "", head.file);

/** Whether a file holds weights of an ONNX file beside it: `model.onnx_data`, `model.onnx.data`, constants. */
export const isDataOf = (modelFile: string, file: string): boolean =>
  dirname(file) === dirname(modelFile) &&
  (file.startsWith(`${modelFile}_data`) ||
    file === `${modelFile}.data` ||
    /^Constant_\d+_attr__value$/.test(basename(file)));

interface FileFacts {
  path: string;
  bytes: number;
  changedMs: number;
}

const fault = (reason: string): FilesFound => ({ ok: false, absent: false, reason });

const gone = ({ name }: ModelName, file = "model.onnx"): FilesFound => ({
  ok: false,
  absent: true,
  reason: absentFile(name, file),
});

/** Why a model cannot be used whose file is missing. */
export const absentFile = (name: string, file: string): string => `${name}/${file} is not there`;

function otherRevision({ name, revision }: ModelName, locked: LockedModel | undefined): string | undefined {
  if (revision === undefined || locked === undefined) return undefined;
  if (revision === locked.revision || revision === locked.requested) return undefined;
  return `${name} is there in revision ${locked.revision}, not in ${revision}`;
}

function recorded(locked: LockedModel | undefined, name: string, facts: FileFacts): RecordedFile[] {
  const sha256 = locked?.files[name]?.sha256;
  return sha256 === undefined ? [] : [{ name, sha256, ...facts }];
}

/** The files of a model's folder and of its `onnx` folder, by path below the former; empty ones are not there. */
async function presentFiles(folder: string): Promise<Map<string, FileFacts>> {
  const present = new Map<string, FileFacts>();
  for (const place of ["", "onnx"]) {
    const names = await readdir(join(folder, place)).catch(() => []);
    for (const name of names) {
      const facts = await factsOf(join(folder, place, name));
      if (facts !== undefined) present.set(join(place, name), facts);
    }
  }
  return present;
}

const presentHead = (modelDir: string, head: FileName) => factsOf(sparseHeadPath(modelDir, head));

async function factsOf(path: string): Promise<FileFacts | undefined> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile() || facts.size === 0) return undefined;
  return { path, bytes: facts.size, changedMs: facts.mtimeMs };
}
