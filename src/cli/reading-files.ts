import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { OcrFields } from "../client/ocr-request.ts";
import { isRecordOf, type ReadingRecord, type Source } from "./reading-record.ts";

/**
 * The two files of a document. The whole name is kept, so that `a.pdf` and `a.png` in one folder do not collide
 * and no document's place depends on its neighbours.
 */
export interface ReadingFiles {
  markdown: string;
  json: string;
}

export const readingFiles = (outFolder: string, name: string): ReadingFiles => ({
  markdown: join(outFolder, `${name}.md`),
  json: join(outFolder, `${name}.json`),
});

/** Whether both files stand and the record says that they are of this document and these fields. */
export async function isFinished(
  { markdown, json }: ReadingFiles,
  source: Source,
  fields: OcrFields,
): Promise<boolean> {
  try {
    if (!(await stat(markdown)).isFile()) return false;
    return isRecordOf(await readFile(json, "utf8"), source, fields);
  } catch {
    return false;
  }
}

/** Writes both files; the record comes last, because it is what says that the document is finished. */
export async function writeReading(files: ReadingFiles, text: string, record: ReadingRecord): Promise<void> {
  await mkdir(dirname(files.json), { recursive: true });
  await writeWhole(files.markdown, text);
  await writeWhole(files.json, `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * A file that is either not there or whole, even after a crash. The temporary name is always the same, so that what
 * a killed run left behind is overwritten by the next.
 */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.partial`;
  const file = await open(temporary, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
