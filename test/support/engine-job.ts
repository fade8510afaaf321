import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DocumentKind } from "../../src/pdf/document.ts";
import { createOpenDocuments, runJob } from "../../src/pdf/engine/jobs.ts";
import type { EngineJob, JobResult } from "../../src/pdf/messages.ts";

let key = 0;

/** Does a job with a document in this process, and closes the document. */
export async function runEngineJob<Type extends EngineJob["type"]>(
  bytes: Uint8Array,
  job: Extract<EngineJob, { type: Type }>,
  kind: DocumentKind = "pdf",
): Promise<Extract<JobResult, { type: Type }>> {
  const folder = await mkdtemp(join(tmpdir(), "engine-job-"));
  const path = join(folder, "document");
  const documents = createOpenDocuments(1);
  key += 1;
  try {
    await Bun.write(path, bytes);
    const result = runJob(documents, { key, kind, path, sizeBytes: bytes.length }, job);
    if (isOfType(result, job.type)) return result;
    throw new Error(`${job.type} was answered by ${result.type}`);
  } finally {
    documents.close(key);
    await rm(folder, { recursive: true });
  }
}

const isOfType = <Type extends JobResult["type"]>(
  result: JobResult,
  type: Type,
): result is Extract<JobResult, { type: Type }> => result.type === type;
