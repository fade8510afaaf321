import { type ErrorCode, SidecarError } from "../../errors.ts";
import type { OpenDocument } from "../../pdf/document.ts";
import type { QueuedDocument } from "../queue/page-queue.ts";
import type { OcrRequest } from "../request.ts";
import type { EnginePipeline } from "./engine-pipeline.ts";

/** The engines of the service. */
export interface EnginePipelines {
  /** The model where Ollama is configured, else the embedded engine. */
  primary: EnginePipeline;
  /** The embedded engine, for whoever asks for it by name. */
  embedded: EnginePipeline;
  /** Takes the pages that the configured engine could not read. */
  fallback: EnginePipeline | undefined;
}

/** A document's place at an engine. */
export interface Admission {
  pipeline: EnginePipeline;
  queued: QueuedDocument;
  engineVersion: string;
  /** Why the fallback engine reads the whole document, where it does. */
  note?: string;
}

/** How far a page is that is read in pieces. */
export interface TileProgress {
  /** 1-based, as the piece. */
  page: number;
  tile: number;
  /** Pieces of the page that are finished, this one included, and all of them. */
  done: number;
  tiles: number;
}

/** The next piece of what an engine writes of a page; the page itself is told when it is finished. */
export interface TextDelta {
  /** 1-based, as the piece. */
  page: number;
  /** Of a page that is read in pieces. */
  tile?: number;
  /** From 1; a higher one replaces what the ones before have written. */
  attempt: number;
  text: string;
}

/** One page for an engine. */
export interface EnginePage {
  /** 1-based. */
  page: number;
  /** The page is mostly a picture, so it may lie on its side. */
  scanned: boolean;
  /** Points of its longer side. */
  longestPt: number;
}

export interface EnginePages {
  document: OpenDocument;
  pages: readonly EnginePage[];
  /** How many pages of the document were asked for, those that need no engine included. */
  wantedPages: number;
  request: OcrRequest;
  signal: AbortSignal;
  onTurn: ((waitedMs: number) => void) | undefined;
  onTile: ((progress: TileProgress) => void) | undefined;
  onDelta: ((delta: TextDelta) => void) | undefined;
}

/**
 * Admits a document to an engine's queue.
 *
 * @throws SidecarError `ocr_not_configured`, `ocr_busy`, or what the engine's server answered
 */
export async function admit(
  pipelines: EnginePipelines,
  { document, request, signal }: EnginePages,
): Promise<Admission> {
  const { primary, embedded, fallback } = pipelines;
  if (request.engine === "tesseract") return await admitAt(embedded, document, signal);
  if (request.engine === "np-dms-ocr" && primary.engine.name !== "np-dms-ocr") {
    throw modelNotConfigured();
  }
  try {
    return await admitAt(primary, document, signal);
  } catch (error) {
    if (fallback === undefined || signal.aborted || !isEngineFault(error)) throw error;
    const admission = await admitAt(fallback, document, signal).catch((refusal: unknown) => {
      signal.throwIfAborted();
      throw insteadFailed(refusal, error);
    });
    return { ...admission, note: `read by ${fallback.engine.name}, because the model failed: ${error.message}` };
  }
}

/** Admits a document to this engine and no other; throws as `admit`. */
export async function admitAt(
  pipeline: EnginePipeline,
  document: OpenDocument,
  signal: AbortSignal,
): Promise<Admission> {
  const queued = pipeline.queue.admit(document.sizeBytes);
  try {
    return { pipeline, queued, engineVersion: await pipeline.engine.version(signal) };
  } catch (error) {
    queued.close(isAbandoned(signal));
    throw error;
  }
}

/**
 * What a caller hears whom the fallback engine refused. That it is busy hides neither why it was asked, which is the
 * cause, nor that asking again helps, which the model's fault may deny.
 *
 * @param why the fault of the model
 */
export function insteadFailed(refusal: unknown, why: SidecarError): SidecarError {
  if (!(refusal instanceof SidecarError) || refusal.code !== "ocr_busy") return why;
  const { message, retryAfterSeconds } = refusal;
  return new SidecarError("ocr_busy", `${message} The model failed: ${why.message}`, {
    cause: why,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** The caller insists on the model. */
export const modelNotConfigured = () =>
  new SidecarError("ocr_not_configured", "Pages need the OCR model, but no Ollama is configured; set OLLAMA_API_URL.");

const engineFaults: ReadonlySet<ErrorCode> = new Set([
  "ocr_failed",
  "page_timeout",
  "ollama_busy",
  "ollama_unreachable",
  "model_not_installed",
]);

/** Faults of an engine or its server, which another engine need not share. */
export const isEngineFault = (error: unknown): error is SidecarError =>
  error instanceof SidecarError && engineFaults.has(error.code);

/** Whether work ended because its caller has gone. */
export const isAbandoned = (signal: AbortSignal) =>
  signal.aborted && signal.reason instanceof SidecarError && signal.reason.code === "client_gone";
