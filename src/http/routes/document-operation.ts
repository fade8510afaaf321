import type { Context } from "hono";
import { isPageFault } from "../../ocr/page-faults.ts";
import type { DocumentResult } from "../../ocr/page-result.ts";
import type { Listener } from "../../ocr/read-document.ts";
import type { OpenDocument } from "../../pdf/document.ts";
import type { DocumentFile } from "../../pdf/files/document-file.ts";
import { detectKind } from "../../pdf/files/kind.ts";
import { emptyFile, invalidField, unknownFileType } from "../answers/faults.ts";
import { answerWithDocument } from "../answers/large-json.ts";
import { ocrAnswer, toAnswer } from "../answers/ocr-answer.ts";
import { answerExample, eventStreamExample, pageExample } from "../answers/ocr-events.ts";
import { answerWithEvents } from "../answers/ocr-stream.ts";
import { requestIdHeader, residencyHeaders } from "../answers/openapi-headers.ts";
import { accessErrors } from "../answers/problem-responses.ts";
import { note } from "../answers/request-record.ts";
import type { AppEnv } from "../context.ts";
import { runningRequest } from "../intake/in-flight.ts";
import { type OcrFields, type OcrOrder, toOrder } from "../intake/ocr-fields.ts";
import { documentTimeoutMs } from "../intake/work.ts";
import type { Limits, MetricsPort, Services } from "../services.ts";

/**
 * Begins an operation on a document, receives that and opens it. From the beginning on the document's own time runs, and a
 * stop waits for it. It has one owner at each moment: `receive` until it hands the file over, the opened document then, and
 * whoever gets that from here. Nothing is kept of a file that is refused.
 *
 * @param receive what is asked for, and the file it is asked of, which is taken over
 * @throws SidecarError `invalid_request` for a time that is none, `unsupported_file_type`, what `receive` throws, or what
 * the document cannot be opened for
 */
export async function receiveDocument<Order>(
  c: Context<AppEnv>,
  { limits, inFlight, openDocument }: Pick<Services, "limits" | "inFlight" | "openDocument">,
  receive: () => Promise<{ file: DocumentFile; order: Order }>,
): Promise<{ document: OpenDocument; order: Order }> {
  const { work } = c.var;
  work.limitTime(documentTimeoutMs(c.req.header("X-Request-Timeout"), limits.documentTimeoutMs));
  void work.ended.then(inFlight.enter(runningRequest(c)));
  const { file, order } = await receive();
  const kind = detectKind(file.head);
  if (kind === undefined) {
    file.close();
    throw file.sizeBytes === 0 ? emptyFile() : unknownFileType();
  }
  return { document: await openDocument(file, kind, work.signal), order };
}

/**
 * What is asked for, by the fields and by the form of the answer.
 *
 * @param warnings what is to be said of the fields
 * @throws SidecarError as `toOrder`, and `invalid_request` for deltas that have no stream to come with
 */
export function orderOf(c: Context<AppEnv>, fields: OcrFields, limits: Limits, warnings: readonly string[]): OcrOrder {
  const order = toOrder(fields, limits, warnings);
  if (!order.deltas || wantsEvents(c)) return order;
  throw invalidField("deltas", "deltas come in a stream of events; ask for one with Accept: text/event-stream");
}

/** Reads a document and answers with it, as JSON or as a stream of events. The document is taken over. */
export async function answerDocument(
  c: Context<AppEnv>,
  services: Pick<Services, "readDocument" | "outgoing" | "metrics">,
  document: OpenDocument,
  { request, includePages, deltas, warnings }: OcrOrder,
) {
  async function read(listener: Listener): Promise<DocumentResult> {
    try {
      const { signal } = c.var.work;
      const asked = { ...request, caller: c.var.caller ?? "" };
      const progress = recordProgress(c, services.metrics, request, listener);
      const result = await services.readDocument(document, asked, signal, progress);
      note(c, { engine: result.engineUsed, pageCount: result.pageCount, charCount: result.charCount });
      return { ...result, warnings: [...warnings, ...result.warnings] };
    } catch (error) {
      if (isPageFault(error)) services.metrics.pageFailed(error.code);
      throw error;
    } finally {
      document.close();
    }
  }

  if (wantsEvents(c)) return await answerWithEvents(c, { includePages, deltas, outgoing: services.outgoing }, read);
  return answerWithDocument(c, toAnswer(await read({}), includePages), services.outgoing);
}

/**
 * Counts what the listener hears, for the request's record and the metrics, so that a document that fails half-way is told
 * as well.
 */
function recordProgress(
  c: Context<AppEnv>,
  metrics: MetricsPort,
  { textLayerFormat }: OcrOrder["request"],
  listener: Listener,
): Listener {
  const pages: Record<string, number> = {};
  let hadTurn = false;
  return {
    ...listener,
    onTurn: (waitedMs) => {
      if (!hadTurn) note(c, { queueMs: Math.round(waitedMs) });
      hadTurn = true;
    },
    onPage: (page) => {
      const source = page.error === undefined ? page.source : "failed";
      pages[source] = (pages[source] ?? 0) + 1;
      note(c, { pages });
      metrics.page(page);
      if (textLayerFormat === "markdown" && page.format === "plain") metrics.plainLayer();
      listener.onPage?.(page);
    },
  };
}

const wantsEvents = (c: Context<AppEnv>) => /\btext\/event-stream\b/i.test(c.req.header("Accept") ?? "");

const eventStream = {
  type: "string" as const,
  description:
    "Server-sent events. Each has a name (`event:`) and JSON (`data:`); the component OcrEvent describes all of them. A comment line every 5 s keeps the line open.",
};

/** The answer of success, for the OpenAPI text. */
export const documentResponses = {
  200: {
    description:
      "The document as Markdown. With `Accept: text/event-stream` a stream of events instead: plan, tile, delta (where asked for), page, then done or error",
    headers: { ...requestIdHeader, ...residencyHeaders },
    content: {
      "application/json": {
        schema: ocrAnswer,
        examples: {
          document: { value: answerExample() },
          withPages: { summary: "includePages", value: { ...answerExample(), pages: [pageExample()] } },
        },
      },
      "text/event-stream": { schema: eventStream, example: eventStreamExample },
    },
  },
};

/** What may go wrong with a document that is received and opened, whatever is made of it. */
export const openedDocumentErrors = [
  ...accessErrors,
  "invalid_request",
  "keep_alive_not_allowed",
  "body_timeout",
  "body_too_large",
  "file_too_large",
  "too_many_pages",
  "page_too_large",
  "text_too_large",
  "unsupported_file_type",
  "document_damaged",
  "document_encrypted",
  "document_too_complex",
  "document_refused",
  "internal_error",
  "ocr_busy",
  "shutting_down",
  "document_timeout",
] as const;

/** What may go wrong with a document that is read, however it came. */
export const documentErrors = [
  ...openedDocumentErrors,
  "invalid_json",
  "ocr_failed",
  "ocr_not_configured",
  "ollama_unreachable",
  "ollama_busy",
  "model_not_installed",
  "page_timeout",
] as const;
