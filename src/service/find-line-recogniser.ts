import { join } from "node:path";
import { messageOf } from "../errors.ts";
import { readLock } from "../retrieval/models/model-lock.ts";
import { parseFileName } from "../retrieval/models/model-name.ts";
import { findRecogniser, type RecogniserFound } from "../tesseract/recogniser/recogniser-files.ts";

/**
 * The line recogniser that OCR_EMBEDDED_MODEL names below MODEL_DIR: `repository[@revision]:folder`, or a folder. Its
 * files are compared with what was recorded when they were fetched.
 */
export async function findLineRecogniser(modelDir: string, named: string): Promise<RecogniserFound> {
  const place = parseFileName(named);
  if (place === undefined)
    return { ok: false, reason: `"${named}" is neither a folder of a repository nor one below MODEL_DIR` };
  const { model, file } = place;
  const lock = await readLock(modelDir).catch(messageOf);
  if (typeof lock === "string") return { ok: false, reason: lock };
  const locked = model === undefined ? undefined : lock.models[model.name];
  const wanted = model?.revision;
  if (locked !== undefined && wanted !== undefined && wanted !== locked.revision && wanted !== locked.requested)
    return { ok: false, reason: `it is there in revision ${locked.revision}, not in ${wanted}` };
  const recorded = Object.entries(locked?.files ?? {}).flatMap(([path, { sha256 }]) =>
    path.startsWith(`${file}/`) ? [[path.slice(file.length + 1), sha256] as const] : [],
  );
  return await findRecogniser(join(modelDir, model?.name ?? "", file), Object.fromEntries(recorded));
}
