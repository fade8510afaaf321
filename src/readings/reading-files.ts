import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { OcrFields } from "../client/ocr-request.ts";
import { type ReadingRecord, recordAbout, type Source } from "./reading-record.ts";

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

/** The record of a document that is finished: both files stand, and it is of these bytes and these fields. */
export async function finishedRecord(
  { markdown, json }: ReadingFiles,
  source: Source,
  fields: OcrFields,
): Promise<ReadingRecord | undefined> {
  try {
    if (!(await stat(markdown)).isFile()) return undefined;
    return recordAbout(await readFile(json, "utf8"), source, fields);
  } catch {
    return undefined;
  }
}

/**
 * Writes both files under temporary names, then puts them in their places. An older reading stands until both are whole;
 * then its record goes first and the new one comes last, because it is what says that the document is finished.
 *
 * @param suffix of the temporary names. The same one every time lets a run replace what a killed one left behind; several
 *   writers that may meet at one document need one each.
 */
export async function writeReading(
  files: ReadingFiles,
  text: string,
  record: ReadingRecord,
  suffix = "partial",
): Promise<void> {
  await mkdir(dirname(files.json), { recursive: true });
  const temporary: ReadingFiles = { markdown: `${files.markdown}.${suffix}`, json: `${files.json}.${suffix}` };
  try {
    await writeSynced(temporary.markdown, text);
    await writeSynced(temporary.json, `${JSON.stringify(record, null, 2)}\n`);
    await rm(files.json, { force: true });
    await rename(temporary.markdown, files.markdown);
    await rename(temporary.json, files.json);
  } catch (error) {
    // What cannot be removed either must not hide why the reading could not be written.
    await Promise.allSettled(Object.values(temporary).map((path) => rm(path, { force: true })));
    throw error;
  }
}

/** Synced before it is renamed, so that a file in its place is whole even after a crash. */
async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
