import type * as z from "zod/mini";
import { activitySchema } from "./activity-answer.ts";
import {
  type Embedding,
  type EmbeddingBatch,
  embeddingBatchSchema,
  embeddingSchema,
  healthSchema,
  readinessSchema,
  rerankSchema,
  residencySchema,
} from "./answers.ts";
import { callSignal } from "./call-signal.ts";
import type {
  CallOptions,
  DocumentCallOptions,
  OcrCallOptions,
  SidecarClient,
  SidecarClientOptions,
} from "./client-types.ts";
import { hashDocument } from "./document-hash.ts";
import { readOcrEvents } from "./ocr-events.ts";
import { type OcrPathRequest, type OcrUploadRequest, toForm } from "./ocr-request.ts";
import { readPageImage } from "./page-image.ts";
import { type RetryPolicy, withRetries } from "./retry.ts";
import { connectionLost, createTransport, type OutgoingRequest, readAnswer, refusalOf } from "./transport.ts";

const defaultRetry: RetryPolicy = { maxAttempts: 4, baseDelayMs: 500, maxDelayMs: 30_000 };
const neverRepeat: RetryPolicy = { ...defaultRetry, maxAttempts: 1 };

/** @throws TypeError when `baseUrl` cannot be used */
export function createSidecarClient(options: SidecarClientOptions): SidecarClient {
  const policy = { ...defaultRetry, ...options.retry };
  const send = createTransport({ ...options, fetch: options.fetch ?? ((url, init) => fetch(url, init)) });

  /** One call from beginning to end: its signal, its attempts, and nothing left open behind it. */
  async function perform<Result>(
    request: () => OutgoingRequest | Promise<OutgoingRequest>,
    call: CallOptions,
    read: (response: Response, signal: AbortSignal) => Promise<Result>,
    retry = policy,
  ): Promise<Result> {
    const { signal, release } = callSignal(call.signal, options.timeoutMs);
    try {
      return await withRetries(async () => read(await send(await request(), call, signal), signal), retry, signal);
    } finally {
      release();
    }
  }

  const fetchAnswer = <Schema extends z.ZodMiniType>(schema: Schema, request: OutgoingRequest, call: CallOptions) =>
    perform(
      () => request,
      call,
      (response, signal) => readAnswer(schema, response, signal),
    );

  /** A question about this moment, so it is asked once. `alsoGood` is the status of a "no". */
  const look = <Schema extends z.ZodMiniType>(schema: Schema, path: string, call: CallOptions, alsoGood?: number) =>
    perform(
      () => ({ method: "GET", path }),
      call,
      (response, signal) => readAnswer(schema, response, signal, alsoGood),
      neverRepeat,
    );

  /** The name of a document for balancers, computed once for all attempts; never rejects. */
  const nameOf = async (request: OcrPathRequest | OcrUploadRequest, call: DocumentCallOptions) => {
    if (options.sendDocumentSha256 === false || call.documentSha256 !== undefined || "pdfPath" in request)
      return call.documentSha256;
    return await hashDocument(request.file);
  };

  const readDocument = (request: OcrPathRequest | OcrUploadRequest, call: OcrCallOptions) => {
    const name = nameOf(request, call);
    return perform(
      async () => toOcrRequest(request, await name),
      call,
      async (response, signal) => {
        if (!response.ok) throw await refusalOf(response, signal);
        for await (const event of readOcrEvents(response, signal)) {
          if (event.type === "error") throw event.error;
          if (event.type === "done") return event.answer;
          call.onProgress?.(event);
        }
        throw connectionLost(response);
      },
    );
  };

  function embed(request: { text: string }, call?: CallOptions): Promise<Embedding>;
  function embed(request: { texts: readonly string[] }, call?: CallOptions): Promise<EmbeddingBatch>;
  function embed(request: { text: string } | { texts: readonly string[] }, call: CallOptions = {}) {
    const outgoing: OutgoingRequest = { method: "POST", path: "embed", body: { ...request } };
    return "texts" in request
      ? fetchAnswer(embeddingBatchSchema, outgoing, call)
      : fetchAnswer(embeddingSchema, outgoing, call);
  }

  return {
    ocr: (request, call = {}) => readDocument(request, call),
    ocrUpload: (request, call = {}) => readDocument(request, call),
    ocrStream: async function* ocrStream(request, call = {}) {
      const { signal, release } = callSignal(call.signal, options.timeoutMs);
      const name = nameOf(request, call);
      const open = async () => {
        const response = await send(toOcrRequest(request, await name), call, signal);
        if (!response.ok) throw await refusalOf(response, signal);
        return response;
      };
      try {
        yield* readOcrEvents(await withRetries(open, policy, signal), signal);
      } finally {
        release();
      }
    },
    pageImage: (request, call = {}) =>
      perform(
        () => ({
          method: "POST",
          path: "page-image",
          accept: "image/png, application/json",
          body: toForm({ ...request }),
        }),
        call,
        readPageImage,
      ),
    embed,
    rerank: (request, call = {}) =>
      fetchAnswer(rerankSchema, { method: "POST", path: "rerank", body: { ...request } }, call),
    health: (call = {}) => look(healthSchema, "health", call),
    ready: (target = "ocr", call = {}) => look(readinessSchema, `ready?for=${target}`, call, 503),
    residency: (call = {}) => look(residencySchema, "residency", call),
    activity: (call = {}) => look(activitySchema, "activity", call),
  };
}

/**
 * Documents are always asked for as a stream of events: a plain answer is silent for as long as the pages take,
 * and the fetch of Node and of Bun give up on an answer whose headers do not come within 300 s.
 */
function toOcrRequest(request: OcrPathRequest | OcrUploadRequest, documentSha256: string | undefined): OutgoingRequest {
  const common = { method: "POST", accept: "text/event-stream, application/json;q=0.9", documentSha256 } as const;
  return "pdfPath" in request
    ? { ...common, path: "ocr", body: { ...request } }
    : { ...common, path: "ocr-upload", body: toForm(request) };
}
