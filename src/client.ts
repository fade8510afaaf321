/** The package's `./client`: what a backend imports. Runs on Node 20+ and on Bun, and needs nothing but zod. */
export type { Activity } from "./client/activity-answer.ts";
export type {
  Embedding,
  EmbeddingBatch,
  Health,
  OcrAnswer,
  OcrDelta,
  OcrPage,
  OcrPlan,
  OcrTile,
  Readiness,
  RerankAnswer,
  ResidencyReport,
} from "./client/answers.ts";
export {
  type BatchJob,
  type BatchOptions,
  type BatchProgress,
  type BatchResult,
  batchJobSchema,
  batchProgressSchema,
  batchResultSchema,
  type QueuedBatchJob,
  toQueuedBatchJob,
} from "./client/batch-job.ts";
export { type ClientFault, SidecarClientError, type SidecarClientErrorCode } from "./client/client-error.ts";
export type {
  CallOptions,
  DocumentCallOptions,
  OcrCallOptions,
  RerankRequest,
  SidecarClient,
  SidecarClientOptions,
} from "./client/client-types.ts";
export type { OcrDeltaEvent, OcrEvent, OcrPageEvent, OcrPlanEvent, OcrTileEvent } from "./client/ocr-events.ts";
export type { OcrFields, OcrPathRequest, OcrUploadRequest, RuntimeParams } from "./client/ocr-request.ts";
export { OcrSettingsError, type OcrSettingsFault } from "./client/ocr-settings-error.ts";
export type { PageImage, PageImageRequest } from "./client/page-image.ts";
export {
  type OcrOverrides,
  type OcrSettings,
  type ResolvedOcrRequest,
  resolveOcrRequest,
} from "./client/resolve-ocr-request.ts";
export type { RetryPolicy } from "./client/retry.ts";
export { createSidecarClient } from "./client/sidecar-client.ts";
