import type { Context } from "hono";
import type { DocumentResult } from "../../ocr/page-result.ts";
import type { Listener } from "../../ocr/read-document.ts";
import type { AppEnv } from "../context.ts";
import { createDeltaEvents } from "./delta-events.ts";
import { openEventStream } from "./event-stream.ts";
import { clientGone } from "./faults.ts";
import { toDone } from "./ocr-answer.ts";
import type { Outgoing } from "./outgoing.ts";
import { problemOf, reportFault } from "./problem.ts";

const headers = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store",
  "X-Accel-Buffering": "no",
};

/**
 * Answers with a document as a stream of events. Until the plan stands the work can still fail as an ordinary HTTP error,
 * so this promise rejects with it; afterwards a failure is an `error` event. A reader who goes stops the work.
 *
 * @param read begins to read the document
 */
export async function answerWithEvents(
  c: Context<AppEnv>,
  { includePages, deltas, outgoing }: { includePages: boolean; deltas: boolean; outgoing: Outgoing },
  read: (listener: Listener) => Promise<DocumentResult>,
): Promise<Response> {
  const { work, requestId } = c.var;
  const planned = Promise.withResolvers<void>();
  const stream = openEventStream({ outgoing, onGone: () => work.giveUp(clientGone()) });
  const writing = createDeltaEvents({
    send: (delta) => stream.send("delta", delta),
    isKeepingUp: stream.hasTakenAll,
  });
  const finish = work.outliveAnswer();
  let isPlanned = false;
  const done = read({
    onPlan: (pages) => {
      stream.send("plan", { pageCount: pages.length, pages });
      isPlanned = true;
      planned.resolve();
    },
    onTile: (progress) => stream.send("tile", progress),
    ...(deltas ? { onDelta: writing.add } : {}),
    onPage: (page) => {
      writing.forget(page.page);
      stream.send("page", page);
    },
  });
  done
    .then((result) => stream.send("done", toDone(result, includePages)))
    .catch((error: unknown) => {
      if (isPlanned) stream.send("error", problemOf(reportFault(error, c), requestId));
    })
    .finally(() => {
      writing.end();
      stream.end();
      finish();
    });
  await Promise.race([planned.promise, done]);
  return c.newResponse(stream.body, { status: 200, headers });
}
