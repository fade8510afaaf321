import type { OpenDocument } from "../../pdf/document.ts";
import type { Lane } from "../queue/page-job.ts";
import { type Admission, admitAt } from "./admission.ts";
import type { EngineDesk } from "./engine-desk.ts";

/** The fallback engine's place for one document, taken when the first page needs it. */
export class SecondEngine {
  readonly #desk: EngineDesk | undefined;
  readonly #document: OpenDocument;
  #admission: Promise<Admission> | undefined;
  #lane: Lane | undefined;

  constructor(desk: EngineDesk | undefined, document: OpenDocument) {
    this.#desk = desk;
    this.#document = document;
  }

  async admission(signal: AbortSignal): Promise<Admission | undefined> {
    if (this.#desk === undefined) return undefined;
    this.#admission ??= admitAt(this.#desk, this.#document, signal);
    const admission = await this.#admission;
    this.#lane = admission.lane;
    return admission;
  }

  close(): void {
    this.#lane?.close(false);
  }
}
