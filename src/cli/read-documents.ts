import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { SidecarClientError } from "../client/client-error.ts";
import type { SidecarClient } from "../client/client-types.ts";
import type { OcrFields } from "../client/ocr-request.ts";
import { messageOf } from "../errors.ts";
import { finishedRecord, readingFiles, writeReading } from "../readings/reading-files.ts";
import { recordOf } from "../readings/reading-record.ts";
import type { FoundDocument } from "./find-documents.ts";

/** How one document ended. */
export type Outcome =
  | { kind: "skipped" }
  | { kind: "read"; pages: number; ms: number; warnings: readonly string[] }
  | { kind: "failed"; detail: string };

export interface ReadDocumentsOptions {
  client: Pick<SidecarClient, "ocrUpload" | "health">;
  outFolder: string;
  fields: OcrFields;
  /** Documents at once. */
  parallel: number;
  /** Read again what is finished. */
  force: boolean;
  /** Pages of a document finished so far; may go back to 0 when the document is begun again. */
  onPages(document: FoundDocument, pages: number): void;
  onOutcome(document: FoundDocument, outcome: Outcome): void;
}

export interface RunEnd {
  /** Why the run was given up before its end: no further document could have been read. */
  stoppedBy: string | undefined;
}

/** Faults that the next document would meet as well. */
const hopeless: ReadonlySet<string> = new Set(["unauthorized", "peer_not_allowed"]);

/**
 * Reads the documents, a few at once, in their order. A document that fails is told and the others go on.
 * Ends early, without an error, when the service cannot be used at all, and with the signal's reason when aborted.
 */
export async function readDocuments(
  documents: readonly FoundDocument[],
  options: ReadDocumentsOptions,
  signal: AbortSignal,
): Promise<RunEnd> {
  const queue = documents.values();
  let stoppedBy: string | undefined;
  const work = async () => {
    for (const document of queue) {
      if (stoppedBy !== undefined) return;
      try {
        options.onOutcome(document, await readOne(document, options, signal));
      } catch (error) {
        signal.throwIfAborted();
        options.onOutcome(document, { kind: "failed", detail: sentenceOf(error) });
        if (await isHopeless(error, options.client, signal)) stoppedBy = sentenceOf(error);
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: options.parallel }, work));
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return { stoppedBy };
}

/** A lost connection may be about one document, such as one that is refused while it is still being sent. */
async function isHopeless(
  error: unknown,
  client: Pick<SidecarClient, "health">,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(error instanceof SidecarClientError)) return false;
  if (error.code !== "connection_failed") return hopeless.has(error.code);
  return client.health({ signal }).then(
    () => false,
    () => {
      signal.throwIfAborted();
      return true;
    },
  );
}

async function readOne(
  document: FoundDocument,
  { client, outFolder, fields, force, onPages }: ReadDocumentsOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const startedMs = performance.now();
  const bytes = await readFile(document.path, { signal });
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const source = { name: document.name, sha256, bytes: bytes.byteLength };
  const files = readingFiles(outFolder, document.name);
  if (!force && (await finishedRecord(files, source, fields)) !== undefined) return { kind: "skipped" };
  let pages = 0;
  const answer = await client.ocrUpload(
    // The pages go into the record: where each text came from is what one asks later.
    { ...fields, file: bytes, fileName: basename(document.path), includePages: true },
    {
      signal,
      onProgress: ({ type }) => {
        if (type === "plan") pages = 0;
        if (type === "page") pages += 1;
        onPages(document, pages);
      },
    },
  );
  onPages(document, answer.pageCount);
  await writeReading(files, answer.text, recordOf(source, fields, answer, new Date()));
  const warnings = answer.warnings ?? [];
  return { kind: "read", pages: answer.pageCount, ms: performance.now() - startedMs, warnings };
}

function sentenceOf(error: unknown): string {
  if (error instanceof SidecarClientError && error.requestId !== undefined) {
    return `${error.message} (request ${error.requestId})`;
  }
  return messageOf(error);
}
