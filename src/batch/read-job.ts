import * as z from "zod/mini";
import { type OcrAnswer, ocrAnswerSchema } from "../client/answers.ts";
import { type BatchJob, type BatchProgress, type BatchResult, batchJobSchema } from "../client/batch-job.ts";
import type { SidecarClient } from "../client/client-types.ts";
import { finishedRecord, readingFiles, writeReading } from "../readings/reading-files.ts";
import { recordOf } from "../readings/reading-record.ts";
import { hashDocument, readDocument } from "./document-source.ts";
import { DocumentFailure } from "./failure.ts";
import { explainOutput } from "./output-fault.ts";

/** The worker has lost its claim on the document, and another one may be writing it. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
  override readonly message = "The queue gave the document to another worker; nothing was written.";
}

export interface ReadJobTools {
  client: Pick<SidecarClient, "ocrUpload">;
  /** The shared folder, and the folder for the texts. */
  root: string;
  out: string;
  /** Renews the claim on the document; false when it is another worker's now. */
  claim(): Promise<boolean>;
  onProgress(progress: BatchProgress): void;
  /** A name that no other writer has, for the files while they are written. */
  temporarySuffix: string;
  signal: AbortSignal;
}

/**
 * Reads the document of a job and writes its texts. Texts that stand already, of the same bytes and options, are left: a
 * job that is run again after its end got lost costs nothing. Only who holds the claim writes.
 *
 * @throws DocumentFailure, StorageFault, WorkerFault, ClaimLost, SidecarClientError, or the signal's reason
 */
export async function readJob(data: unknown, tools: ReadJobTools): Promise<BatchResult> {
  const startedMs = performance.now();
  const job = parseJob(data);
  const { bytes, sha256 } = await readDocument(tools.root, job.path, tools.signal);
  assertUnchanged(sha256, job);
  const files = readingFiles(tools.out, job.path);
  const source = { name: job.path, sha256, bytes: bytes.byteLength };
  const finished = await finishedRecord(files, source, job.options);
  const ms = () => Math.round(performance.now() - startedMs);
  if (finished !== undefined) return { ...resultOf(finished.answer), ms: ms(), earlier: true };

  const answer = await askService(job, bytes, tools);
  if (!(await tools.claim())) throw new ClaimLost();
  // Reading may take minutes, and the text of bytes that are no longer there would pass for the file's.
  assertUnchanged(await hashDocument(tools.root, job.path, tools.signal), job);
  const record = recordOf(source, job.options, answer, new Date());
  await writeReading(files, answer.text, record, tools.temporarySuffix).catch((cause: unknown) =>
    explainOutput(cause, tools.out),
  );
  return { ...resultOf(answer), ms: ms(), earlier: false };
}

function parseJob(data: unknown): BatchJob {
  const parsed = batchJobSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path }) => path.join(".") || "the whole").join(", ");
  throw new DocumentFailure("invalid_job", `The data of the job do not have the documented form: ${places}.`);
}

function assertUnchanged(sha256: string, job: BatchJob): void {
  if (sha256 === job.sha256) return;
  throw new DocumentFailure("document_changed", "The file has changed since it was added; add it again.");
}

async function askService(
  { path, sha256, options }: BatchJob,
  bytes: Uint8Array,
  tools: ReadJobTools,
): Promise<OcrAnswer> {
  let pages = 0;
  let pageCount: number | undefined;
  return await tools.client.ocrUpload(
    // The pages go into the record: where each text came from is what one asks later.
    { ...options, file: bytes, fileName: path.split("/").at(-1) ?? path, includePages: true },
    {
      signal: tools.signal,
      documentSha256: sha256,
      onProgress: (event) => {
        if (event.type !== "plan" && event.type !== "page") return;
        pages = event.type === "plan" ? 0 : pages + 1;
        if (event.type === "plan") pageCount = event.pageCount;
        tools.onProgress({ pages, pageCount });
      },
    },
  );
}

const answerWithoutText = z.partial(ocrAnswerSchema);

/** What the queue keeps of an answer, or of the record of one. */
function resultOf(answer: Readonly<Record<string, unknown>>): Pick<BatchResult, "pages" | "engines" | "warnings"> {
  const { pageCount = 0, pages = [], warnings = [] } = answerWithoutText.safeParse(answer).data ?? {};
  const engines: Record<string, number> = {};
  for (const { source } of pages) engines[source] = (engines[source] ?? 0) + 1;
  return { pages: pageCount, engines, warnings: warnings.length };
}
