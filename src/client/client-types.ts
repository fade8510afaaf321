import type { Activity } from "./activity-answer.ts";
import type {
  Embedding,
  EmbeddingBatch,
  Health,
  OcrAnswer,
  Readiness,
  RerankAnswer,
  ResidencyReport,
} from "./answers.ts";
import type { OcrDeltaEvent, OcrEvent, OcrPageEvent, OcrPlanEvent, OcrTileEvent } from "./ocr-events.ts";
import type { OcrPathRequest, OcrUploadRequest } from "./ocr-request.ts";
import type { PageImage, PageImageRequest } from "./page-image.ts";
import type { RetryPolicy } from "./retry.ts";
import type { Fetch, RequestOptions } from "./transport.ts";

export interface SidecarClientOptions {
  /** Where the service is, such as `http://ocr-sidecar:8765`; a path in it is kept. */
  baseUrl: string | URL;
  /** Left out when the service runs in network mode. */
  apiKey?: string | undefined;
  /** Another `fetch`; the platform's own unless given. */
  fetch?: Fetch | undefined;
  /** Limit of one call in milliseconds, all attempts and waits included; absent or 0 = none. */
  timeoutMs?: number | undefined;
  /**
   * Whether documents that are sent are named to balancers by `X-Document-Sha256`, so that one that comes again goes where
   * its finished pages are; absent = true. The service itself makes nothing of it.
   */
  sendDocumentSha256?: boolean | undefined;
  /** What differs from 4 attempts, 500 ms doubling up to 30 s. `{ maxAttempts: 1 }` repeats nothing. */
  retry?: Partial<RetryPolicy> | undefined;
}

export interface CallOptions extends RequestOptions {
  /** Ends the call, its waits included, and the service's work for it; the call rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

export interface DocumentCallOptions extends CallOptions {
  /** The SHA-256 of the document in hexadecimal, where the caller has it; else the client computes that of what it sends. */
  documentSha256?: string | undefined;
}

export interface OcrCallOptions extends DocumentCallOptions {
  /**
   * Called with the plan, each finished page and each finished piece of a large one, and with `deltas` what the model
   * writes; from the beginning again when the call is repeated.
   */
  onProgress?: ((event: OcrPlanEvent | OcrTileEvent | OcrDeltaEvent | OcrPageEvent) => void) | undefined;
}

export interface RerankRequest {
  query: string;
  chunks: readonly string[];
  /** Scores as probabilities instead of raw logits. */
  normalize?: boolean | undefined;
  /** Shortens the ranking. */
  topK?: number | undefined;
}

/** The service as functions. All reject with a `SidecarClientError`, or with the reason of the caller's signal. */
export interface SidecarClient {
  /** Reads a document on shared storage. */
  ocr(request: OcrPathRequest, options?: OcrCallOptions): Promise<OcrAnswer>;
  /** Reads a document that is sent. */
  ocrUpload(request: OcrUploadRequest, options?: OcrCallOptions): Promise<OcrAnswer>;
  /**
   * Reads a document, event by event. A call that is refused is repeated; once the service answers nothing is, and a
   * fault of the service is an `error` event, the last one. Leaving the loop stops the service's work.
   */
  ocrStream(request: OcrPathRequest | OcrUploadRequest, options?: DocumentCallOptions): AsyncGenerator<OcrEvent, void>;
  /** Shows a page as the model sees it. */
  pageImage(request: PageImageRequest, options?: CallOptions): Promise<PageImage>;
  embed(request: { text: string }, options?: CallOptions): Promise<Embedding>;
  embed(request: { texts: readonly string[] }, options?: CallOptions): Promise<EmbeddingBatch>;
  rerank(request: RerankRequest, options?: CallOptions): Promise<RerankAnswer>;
  /** Whether the process lives. */
  health(options?: CallOptions): Promise<Health>;
  /** Whether work can be done; "not ready" is an answer and no error. */
  ready(target?: "ocr" | "retrieval" | "all", options?: CallOptions): Promise<Readiness>;
  /** The VRAM picture and what follows from it. */
  residency(options?: CallOptions): Promise<ResidencyReport>;
  /** What was decided and asked in the last minutes, who held the card meanwhile, and what is going on. */
  activity(options?: CallOptions): Promise<Activity>;
}
