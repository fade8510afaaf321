import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const lockedModel = z.object({
  /** The commit that the files are of. */
  revision: z.string(),
  /** What was asked for: that commit, or a branch such as `main`. */
  requested: z.string(),
  /** By path below the model's folder. */
  files: z.record(z.string(), z.object({ bytes: z.number().int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});

const lockFile = z.object({ version: z.literal(1), models: z.record(z.string(), lockedModel) });

export type LockedModel = z.infer<typeof lockedModel>;
export type ModelLock = z.infer<typeof lockFile>;

const lockFileName = "models.lock.json";

/**
 * What was fetched into a model directory; empty when nothing was recorded.
 * @throws Error when the file is there and cannot be read: a damaged record must not pass for none
 */
export async function readLock(modelDir: string): Promise<ModelLock> {
  const file = Bun.file(join(modelDir, lockFileName));
  if (!(await file.exists())) return { version: 1, models: {} };
  const content: unknown = await file.json().catch(() => undefined);
  const parsed = lockFile.safeParse(content);
  if (!parsed.success) throw new Error(`${lockFileName} is damaged; remove it and fetch the models again`);
  return parsed.data;
}

/** Records one model beside the others; the file is replaced in one step. */
export async function recordModel(modelDir: string, name: string, model: LockedModel): Promise<void> {
  const lock = await readLock(modelDir);
  const before = lock.models[name];
  // Another file of the same commit, such as a sparse head, joins what is recorded.
  const files = before?.revision === model.revision ? { ...before.files, ...model.files } : model.files;
  const models = { ...lock.models, [name]: { ...model, files } };
  await mkdir(modelDir, { recursive: true });
  const next = join(modelDir, `${lockFileName}.next`);
  await Bun.write(next, `${JSON.stringify({ version: 1, models }, undefined, 2)}\n`);
  await rename(next, join(modelDir, lockFileName));
}
