import { readdir, realpath, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { UsageError } from "./usage.ts";

export interface FoundDocument {
  /** Where it is read from. */
  path: string;
  /** Where its texts stand below the output folder, without the endings that are added: `scans/2025/a.pdf`. */
  name: string;
}

/** What is taken from folders; a file that is named itself is always taken. */
const endings: ReadonlySet<string> = new Set([
  ...[".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"],
  ...[".bmp", ".gif", ".jp2", ".j2k"],
]);

/**
 * The documents behind files and folders, each once, sorted by name. A folder keeps its own name and everything in
 * it, as `cp -r` does, so that the texts of one document stand at the same place whatever else is named beside it.
 * Hidden entries and links to folders are passed over, and so is the output folder.
 *
 * @throws UsageError when an input does not exist, nothing is found, or two documents would get the same name
 */
export async function findDocuments(inputs: readonly string[], outFolder: string): Promise<FoundDocument[]> {
  const found = new Map<string, FoundDocument>();
  const seen = new Set<string>();
  const add = async (document: FoundDocument) => {
    const real = await realpath(document.path);
    if (seen.has(real)) return;
    seen.add(real);
    const other = found.get(document.name);
    if (other !== undefined) {
      throw new UsageError(
        `${other.path} and ${document.path} would be written to the same place; name the folder that holds both.`,
      );
    }
    found.set(document.name, document);
  };
  for await (const document of documentsBehind(inputs, outFolder)) await add(document);
  if (found.size === 0) throw nothingFound();
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * What files and folders name, as `findDocuments` describes it, in no order and as often as it is named.
 *
 * @throws UsageError when an input does not exist
 */
export async function* documentsBehind(
  inputs: readonly string[],
  outFolder: string | undefined,
): AsyncGenerator<FoundDocument> {
  for (const input of inputs) {
    const path = resolve(input);
    const entry = await stat(path).catch((cause: unknown) => {
      throw new UsageError(`${input} cannot be opened; is the name right?`, { cause });
    });
    if (entry.isFile()) yield { path, name: basename(path) };
    else yield* walk(path, basename(path), outFolder === undefined ? undefined : resolve(outFolder));
  }
}

export const nothingFound = () => new UsageError("No PDF, PNG, JPEG, TIFF, BMP, GIF or JPEG 2000 was found there.");

async function* walk(folder: string, name: string, outFolder: string | undefined): AsyncGenerator<FoundDocument> {
  if (folder === outFolder) return;
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((candidate) => !candidate.name.startsWith("."))) {
    const path = join(folder, entry.name);
    const inner = name === "" ? entry.name : `${name}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(path, inner, outFolder);
    else if (endings.has(extname(entry.name).toLowerCase()) && (await isFile(path))) yield { path, name: inner };
  }
}

/** Follows a link to a file. */
const isFile = (path: string) =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
