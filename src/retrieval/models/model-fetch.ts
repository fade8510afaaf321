import { mkdir, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { downloadFile, verifiedFile } from "./download.ts";
import { defaultHub, type HubFile, listRepository } from "./hub.ts";
import { companionFiles, type Dtype, isDataOf, modelFileNames } from "./model-files.ts";
import { recordModel } from "./model-lock.ts";
import { type ModelName, parseFileName, parseModelName } from "./model-name.ts";

export interface FetchRequest {
  modelDir: string;
  model: string;
  dtype: Dtype;
  sparseHead: string | undefined;
  /** Address of the hub, without a trailing slash. */
  hub?: string;
}

export interface FetchProgress {
  /** The file at work, with its model's name before it. */
  file: string;
  doneBytes: number;
  totalBytes: number;
}

export interface FetchOptions {
  signal: AbortSignal;
  onProgress(progress: FetchProgress): void;
}

/** What became of one file. */
export interface FetchedFile {
  model: string;
  commit: string;
  name: string;
  bytes: number;
  sha256: string;
  /** It was there already and is as the hub says. */
  kept: boolean;
}

/**
 * Fetches a model and its sparse head below the model directory, checks every file against the hub's digest,
 * and records commit and SHA-256s beside them. Files that are there and right are kept.
 * @throws Error with a sentence for a person; the signal's reason when that is aborted
 */
export async function fetchModel(request: FetchRequest, options: FetchOptions): Promise<FetchedFile[]> {
  const model = parseModelName(request.model);
  if (!model?.fetchable) throw new Error(`"${request.model}" is a folder, not a repository that can be fetched`);
  const head = request.sparseHead === undefined ? undefined : parseFileName(request.sparseHead);
  const fetched = await fetchFiles(request, model, (files) => wantedFiles(model, files, request.dtype), options);
  if (head?.model?.fetchable !== true) return fetched;
  const headModel = head.model;
  const wanted = (files: readonly HubFile[]) => named(headModel, files, [head.file]);
  return [...fetched, ...(await fetchFiles(request, headModel, wanted, options))];
}

/** What a line recogniser of the embedded engine consists of. */
const recogniserFile = /\.(?:onnx|txt)$/;

/**
 * Fetches the line recogniser in a folder of a repository, such as `monkt/paddleocr-onnx:languages/thai`, checked and
 * recorded as a model is.
 * @throws as `fetchModel`
 */
export async function fetchRecogniser(
  request: Pick<FetchRequest, "modelDir" | "hub"> & { recogniser: string },
  options: FetchOptions,
): Promise<FetchedFile[]> {
  const place = parseFileName(request.recogniser);
  if (place?.model?.fetchable !== true)
    throw new Error(`"${request.recogniser}" is not a folder of a repository that can be fetched`);
  const { model, file: folder } = place;
  const choose = (files: readonly HubFile[]) => {
    const wanted = files.filter(({ name }) => dirname(name) === folder && recogniserFile.test(name));
    if (wanted.length === 0) throw new Error(`${model.name} has no .onnx or .txt in ${folder}`);
    return wanted;
  };
  return await fetchFiles(request, model, choose, options);
}

async function fetchFiles(
  { modelDir, hub = defaultHub }: Pick<FetchRequest, "modelDir" | "hub">,
  model: ModelName,
  choose: (files: readonly HubFile[]) => HubFile[],
  { signal, onProgress }: FetchOptions,
): Promise<FetchedFile[]> {
  const { commit, files } = await listRepository(hub, model, signal);
  const wanted = choose(files);
  const empty = wanted.find(({ bytes }) => bytes === 0);
  if (empty !== undefined) throw emptyFile(model, empty.name);
  const folder = join(modelDir, model.name);
  const totalBytes = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  const fetched: FetchedFile[] = [];
  let before = 0;
  for (const file of wanted) {
    const path = join(folder, file.name);
    const report = (bytes: number) =>
      onProgress({ file: `${model.name}/${file.name}`, doneBytes: before + bytes, totalBytes });
    report(0);
    const there = await verifiedFile(file, path, signal);
    if (there === undefined) await assertRoom(folder, file.bytes - Bun.file(`${path}.part`).size);
    const sha256 = there ?? (await downloadFile(file, path, { signal, onBytes: report }));
    before += file.bytes;
    fetched.push({ model: model.name, commit, name: file.name, bytes: file.bytes, sha256, kept: there !== undefined });
  }
  await recordModel(modelDir, model.name, {
    revision: commit,
    requested: model.revision ?? "main",
    files: Object.fromEntries(fetched.map(({ name, bytes, sha256 }) => [name, { bytes, sha256 }])),
  });
  return fetched;
}

function wantedFiles(model: ModelName, files: readonly HubFile[], dtype: Dtype): HubFile[] {
  const modelFile = modelFileNames[dtype].find((name) => files.some((file) => file.name === name));
  if (modelFile === undefined) {
    throw new Error(`${model.name} has no ${dtype} model: none of ${modelFileNames[dtype].join(", ")} is in it`);
  }
  return [
    ...named(model, files, [...companionFiles, modelFile]),
    ...files.filter(({ name }) => isDataOf(modelFile, name)),
  ];
}

function named(model: ModelName, files: readonly HubFile[], names: readonly string[]): HubFile[] {
  return names.map((name) => {
    const file = files.find((candidate) => candidate.name === name);
    if (file === undefined) throw new Error(`${model.name} has no file ${name}`);
    return file;
  });
}

/** Whoever looks for a model's files takes an empty one for none. */
const emptyFile = ({ name, revision = "main" }: ModelName, file: string) =>
  new Error(
    `${name} has an empty ${file} in revision ${revision}; name another revision (${name}@REVISION) or repository`,
  );

async function assertRoom(folder: string, neededBytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= neededBytes) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new Error(`${gigabytes(neededBytes)} GB are needed in MODEL_DIR and ${gigabytes(bavail * bsize)} GB are free`);
}
