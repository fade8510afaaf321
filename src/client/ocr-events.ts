import type * as z from "zod/mini";
import {
  deltaSchema,
  doneSchema,
  type OcrAnswer,
  type OcrDelta,
  type OcrPage,
  type OcrPlan,
  type OcrTile,
  ocrAnswerSchema,
  pageSchema,
  planSchema,
  problemSchema,
  tileSchema,
} from "./answers.ts";
import { SidecarClientError } from "./client-error.ts";
import { parseEvents, type ServerEvent } from "./event-stream.ts";
import { connectionLost, invalidAnswer, parseJson, readAnswer, requestIdOf } from "./transport.ts";

export type OcrPlanEvent = { type: "plan" } & OcrPlan;
/** A piece of a large page is finished. */
export type OcrTileEvent = { type: "tile" } & OcrTile;
/** What the model writes of a page, before it is cleaned; only where the request asks for deltas. */
export type OcrDeltaEvent = { type: "delta" } & OcrDelta;
export type OcrPageEvent = { type: "page"; page: OcrPage };

/** What the service tells while it reads: first the plan, then each page (and each piece of a large one) as it is finished, then how it ended. */
export type OcrEvent =
  | OcrPlanEvent
  | OcrTileEvent
  | OcrDeltaEvent
  | OcrPageEvent
  | { type: "done"; answer: OcrAnswer }
  | { type: "error"; error: SidecarClientError };

/** The service writes at least every 5 s; a stream that is silent for longer than this is dead. */
const longestSilenceMs = 60_000;

/**
 * The events of an answer. One without events, from a service that knows none, is a single `done`.
 *
 * @throws SidecarClientError `connection_lost` when the stream ends before `done` or `error`, `invalid_answer`
 */
export async function* readOcrEvents(
  response: Response,
  signal: AbortSignal,
  silenceMs = longestSilenceMs,
): AsyncGenerator<OcrEvent, void> {
  if (!response.ok || !isEventStream(response) || response.body === null) {
    yield { type: "done", answer: await readAnswer(ocrAnswerSchema, response, signal) };
    return;
  }
  const pages: OcrPage[] = [];
  try {
    for await (const event of parseEvents(chunksOf(response.body, silenceMs))) {
      const parsed = toOcrEvent(event, pages, response);
      if (parsed?.type === "page") pages.push(parsed.page);
      if (parsed !== undefined) yield parsed;
      if (parsed?.type === "done" || parsed?.type === "error") return;
    }
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof SidecarClientError) throw cause;
    throw cause instanceof RangeError ? invalidAnswer(response, cause) : connectionLost(response, cause);
  }
  signal.throwIfAborted();
  throw connectionLost(response);
}

/**
 * Events that a newer service may add are passed over.
 *
 * @param pages that have come before
 */
function toOcrEvent({ event, data }: ServerEvent, pages: readonly OcrPage[], response: Response): OcrEvent | undefined {
  const read = <Schema extends z.ZodMiniType>(schema: Schema): z.output<Schema> => {
    const parsed = schema.safeParse(parseJson(data));
    if (!parsed.success) throw invalidAnswer(response, parsed.error);
    return parsed.data;
  };
  switch (event) {
    case "plan":
      return { type: "plan", ...read(planSchema) };
    case "tile":
      return { type: "tile", ...read(tileSchema) };
    case "delta":
      return { type: "delta", ...read(deltaSchema) };
    case "page":
      return { type: "page", page: read(pageSchema) };
    case "done":
      return { type: "done", answer: completed(read(doneSchema), pages, response) };
    case "error": {
      const { detail, code, requestId = requestIdOf(response), errors } = read(problemSchema);
      return { type: "error", error: new SidecarClientError(code, detail, { requestId, issues: errors }) };
    }
    default:
      return undefined;
  }
}

/**
 * The whole answer, with what the service left out of the last event because the pages had said it.
 *
 * @throws SidecarClientError `invalid_answer` when the pages do not make the text that was promised
 */
function completed(
  { omitted = [], text, ...answer }: z.output<typeof doneSchema>,
  pages: readonly OcrPage[],
  response: Response,
): OcrAnswer {
  if (text !== undefined) return { ...answer, text };
  const inOrder = [...pages].sort((a, b) => a.page - b.page);
  const texts = inOrder.map((page) => page.text).filter((page) => page !== "");
  const joined = texts.join("\n\n");
  if (!omitted.includes("text") || countOf(joined) !== answer.charCount) throw invalidAnswer(response, undefined);
  return { ...answer, text: joined, ...(omitted.includes("pages") ? { pages: inOrder } : {}) };
}

function countOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Lets the body go when the reader stops early, so that the service stops working for nobody. */
async function* chunksOf(body: ReadableStream<Uint8Array>, silenceMs: number): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const letGo = () => void reader.cancel().catch(() => undefined);
  try {
    for (;;) {
      const timer = setTimeout(letGo, silenceMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    letGo();
  }
}

const isEventStream = (response: Response) =>
  /^\s*text\/event-stream\b/i.test(response.headers.get("Content-Type") ?? "");
