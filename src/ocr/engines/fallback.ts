import type { OpenDocument } from "../../pdf/document.ts";
import type { PageResult } from "../page-result.ts";
import type { QueuedDocument } from "../queue/page-queue.ts";
import { type Admission, admitAt, insteadFailed, isEngineFault } from "./admission.ts";
import type { EnginePipeline } from "./engine-pipeline.ts";

/** The fallback engine, for those pages of one document that the model could not read. */
export interface Fallback {
  /**
   * Has a page read by the fallback, and says so.
   *
   * @param error why it is asked; thrown where there is no fallback, and where it would not help
   * @throws SidecarError `ocr_busy` where the fallback is, with why it was asked; the next page may find a place
   */
  readInstead(error: unknown, signal: AbortSignal, read: (at: Admission) => Promise<PageResult>): Promise<PageResult>;
  /** Gives the document's place at the fallback back. */
  close(): void;
}

/** The document takes its place in the fallback's queue when the first page needs it. */
export function createFallback(pipeline: EnginePipeline | undefined, document: OpenDocument): Fallback {
  let admission: Promise<Admission> | undefined;
  let queued: QueuedDocument | undefined;
  return {
    async readInstead(error, signal, read) {
      if (pipeline === undefined || signal.aborted || !isEngineFault(error)) throw error;
      admission ??= admitAt(pipeline, document, signal).catch((refusal: unknown) => {
        admission = undefined;
        throw refusal;
      });
      const admitted = await admission.catch((refusal: unknown) => {
        throw insteadFailed(refusal, error);
      });
      queued = admitted.queued;
      const result = await read(admitted);
      return {
        ...result,
        warnings: [`read by ${result.source}, because the model failed: ${error.message}`, ...result.warnings],
      };
    },
    close: () => queued?.close(false),
  };
}
