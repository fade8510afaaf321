import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Listener } from "../../ocr/read-document.ts";
import { mebibyte } from "../answers/faults.ts";
import { toAnswer } from "../answers/ocr-answer.ts";
import { streamDocument } from "../answers/ocr-stream.ts";
import { problemOf, reportFault } from "../answers/problem.ts";
import { note } from "../answers/request-record.ts";
import { annotateResidency } from "../answers/residency.ts";
import type { AppEnv } from "../context.ts";
import { documentTimeoutMs, workSignal } from "../intake/deadline.ts";
import { hasReceived } from "../intake/idle-time.ts";
import { boundBody } from "../intake/json-body.ts";
import { toOrder } from "../intake/ocr-fields.ts";
import { parseOcrForm } from "../intake/ocr-form.ts";
import { readUpload } from "../intake/upload.ts";
import type { Services } from "../services.ts";
import { type Receive, readAndClose, receiveAndOpen } from "./ocr-document.ts";
import { ocrRoute, uploadRoute } from "./ocr-openapi.ts";

const maxJsonBytes = mebibyte;

const eventStreamHeaders = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store",
  "X-Accel-Buffering": "no",
};

/** `/ocr` and `/ocr-upload`: two ways to name a document, one way to read it. */
export function mountOcr(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { limits } = services;
  app.use(
    "/ocr",
    annotateResidency(services),
    boundBody(
      { maxBytes: maxJsonBytes, maxStructureBytes: maxJsonBytes, maxItems: {}, timeoutMs: limits.bodyTimeoutMs },
      services,
    ),
  );
  app.use("/ocr-upload", annotateResidency(services));

  app.openapi(ocrRoute, (c) => {
    const { pdfPath, ...fields } = c.req.valid("json");
    return answer(c, services, async (signal) => {
      const order = toOrder(fields, limits);
      return { file: await services.readUpload(pdfPath, signal), readOrder: () => order };
    });
  });

  app.openapi(uploadRoute, (c) =>
    answer(c, services, async (signal) => {
      const { spool } = services;
      const options = { maxFileBytes: limits.maxUploadBytes, timeoutMs: limits.bodyTimeoutMs, spool };
      const { file, fields } = await readUpload(c.req.raw, options, signal);
      hasReceived(c);
      return { file, readOrder: () => toOrder(parseOcrForm(fields), limits) };
    }),
  );
}

/** Receives, opens and reads one document; everything it holds is given back when the work ends, not when it is answered. */
async function answer(c: Context<AppEnv>, services: Services, receive: Receive) {
  const timeoutMs = documentTimeoutMs(c.req.header("X-Request-Timeout"), services.limits.documentTimeoutMs);
  const gone = new AbortController();
  const client = AbortSignal.any([c.get("clientSignal"), gone.signal]);
  const work = workSignal({ client, stopping: services.stopping, timeoutMs });
  const leave = services.inFlight.enter();
  const release = () => {
    work.release();
    leave();
  };
  let handedOver = false;
  try {
    const { document, order } = await receiveAndOpen(services, receive, work.signal);
    const read = async (listener: Listener) => {
      const heard = noteProgress(c, listener);
      const result = await readAndClose(services, document, order.request, work.signal, heard);
      note(c, { engine: result.engineUsed, pageCount: result.pageCount, charCount: result.charCount });
      return result;
    };
    if (!wantsEvents(c)) {
      const result = await read({});
      return c.json(toAnswer(result, order.includePages), 200);
    }
    handedOver = true;
    const ended = Promise.withResolvers<void>();
    const stream = await streamDocument({
      includePages: order.includePages,
      read,
      onGone: () => gone.abort(),
      describeError: (error) => problemOf(reportFault(error, c), c.get("requestId")),
      onEnd: () => {
        release();
        ended.resolve();
      },
    });
    c.set("workEnded", ended.promise);
    return c.newResponse(stream, { status: 200, headers: eventStreamHeaders });
  } finally {
    if (!handedOver) release();
  }
}

/** Counts for the request's record what the listener hears, so that a document that fails half-way is told as well. */
function noteProgress(c: Context<AppEnv>, listener: Listener): Listener {
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
      listener.onPage?.(page);
    },
  };
}

const wantsEvents = (c: Context<AppEnv>) => /\btext\/event-stream\b/i.test(c.req.header("Accept") ?? "");
