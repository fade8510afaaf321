import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The two files of a line recogniser in PP-OCR's form. */
export interface RecogniserFiles {
  /** ONNX. */
  model: string;
  /** One character a line. */
  dictionary: string;
}

export type RecogniserFound =
  | { ok: true; files: RecogniserFiles; sha256: string }
  /** The end of a sentence. */
  | { ok: false; reason: string };

/**
 * Finds the files of a line recogniser in a folder, which holds one `.onnx` and one `.txt`, and hashes them.
 *
 * @param recorded SHA-256s that were recorded when the files were fetched, by name; what has none is taken as it is
 */
export async function findRecogniser(
  folder: string,
  recorded: Readonly<Record<string, string>>,
): Promise<RecogniserFound> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return { ok: false, reason: "its folder is not there" };
  const models = names.filter((name) => name.endsWith(".onnx"));
  const dictionaries = names.filter((name) => name.endsWith(".txt"));
  const [[model, ...otherModels], [dictionary, ...otherDictionaries]] = [models, dictionaries];
  if (model === undefined || dictionary === undefined || otherModels.length + otherDictionaries.length > 0)
    return { ok: false, reason: "its folder must hold one .onnx and one .txt, the dictionary" };
  const hashes: Record<string, string> = {};
  for (const name of [model, dictionary]) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (bytes === undefined) return { ok: false, reason: `${name} cannot be read` };
    hashes[name] = createHash("sha256").update(bytes).digest("hex");
  }
  const damaged = Object.keys(hashes).find((name) => recorded[name] !== undefined && recorded[name] !== hashes[name]);
  if (damaged !== undefined) return { ok: false, reason: `${damaged} is damaged: its SHA-256 is not the recorded one` };
  const files = { model: join(folder, model), dictionary: join(folder, dictionary) };
  return { ok: true, files, sha256: hashes[model] ?? "" };
}
