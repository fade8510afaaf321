import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { codeOf, DocumentFailure, WorkerFault } from "./failure.ts";

/** What keeps every document from being written, as the system calls it. */
const ofTheWhole: ReadonlySet<string> = new Set([
  ...["ENOSPC", "EDQUOT", "EROFS", "EIO", "ESTALE", "EMFILE", "ENFILE", "ENOMEM"],
]);

/** What keeps every document from being written, or those of one folder below that belongs to somebody else. */
const ofSomeFolder: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);

/**
 * Why the texts of a document could not be written below the output folder.
 *
 * @throws DocumentFailure `output_failed`, or WorkerFault when the next document would meet the same
 */
export async function explainOutput(cause: unknown, out: string): Promise<never> {
  const code = codeOf(cause);
  if (ofTheWhole.has(code) || (ofSomeFolder.has(code) && !(await isWritable(out)))) {
    throw new WorkerFault(`The output folder cannot be written to (${code}).`, { cause });
  }
  throw new DocumentFailure("output_failed", `The texts cannot be written under the document's name (${code}).`, cause);
}

const isWritable = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
