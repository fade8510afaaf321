import type { OpenDocument } from "../../pdf/document.ts";
import type { QueuedDocument } from "../queue/page-job.ts";
import { type Admission, admitAt } from "./admission.ts";
import type { EnginePipeline } from "./engine-pipeline.ts";

/** The fallback engine's place for one document, taken when the first page needs it. */
export class Fallback {
  readonly #pipeline: EnginePipeline | undefined;
  readonly #document: OpenDocument;
  #admission: Promise<Admission> | undefined;
  #queued: QueuedDocument | undefined;

  constructor(pipeline: EnginePipeline | undefined, document: OpenDocument) {
    this.#pipeline = pipeline;
    this.#document = document;
  }

  async admission(signal: AbortSignal): Promise<Admission | undefined> {
    if (this.#pipeline === undefined) return undefined;
    this.#admission ??= admitAt(this.#pipeline, this.#document, signal);
    const admission = await this.#admission;
    this.#queued = admission.queued;
    return admission;
  }

  close(): void {
    this.#queued?.close(false);
  }
}
