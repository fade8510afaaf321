import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DocumentFile } from "../../src/pdf/files/document-file.ts";
import { createSpool, type Spool, type SpoolOptions } from "../../src/pdf/files/spool.ts";

export interface TestSpool extends Spool, AsyncDisposable {
  /** An empty folder of its own. */
  folder: string;
  /** Names of files in the folder, and descriptors of this process that are open on files of it. */
  traces(): Promise<string[]>;
}

/** A spool in a folder of its own; disposing closes it and removes the folder. */
export async function openSpool(options: Partial<SpoolOptions> = {}): Promise<TestSpool> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "spool-")));
  const spool = await createSpool({ folder, maxBytes: 64 * 1024 * 1024, maxFiles: 64, ...options });
  return {
    ...spool,
    folder,
    traces: async () => [...(await readdir(folder)), ...(await openFilesBelow(folder))],
    [Symbol.asyncDispose]: async () => {
      await spool.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The text of a document, which is closed. */
export async function textOf(file: DocumentFile): Promise<string> {
  try {
    return await readFile(file.path, "utf8");
  } finally {
    file.close();
  }
}

/** The files below a folder that this process has open, one for each descriptor. */
export async function openFilesBelow(folder: string): Promise<string[]> {
  const descriptors = await readdir("/proc/self/fd");
  const targets = await Promise.all(
    descriptors.map((descriptor) => readlink(`/proc/self/fd/${descriptor}`).catch(() => "")),
  );
  return targets.filter((target) => target.startsWith(`${folder}/`));
}
