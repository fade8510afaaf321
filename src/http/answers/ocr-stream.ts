import type { DocumentResult } from "../../ocr/page-result.ts";
import type { Listener } from "../../ocr/read-document.ts";
import { openEventStream } from "./event-stream.ts";
import { toAnswer } from "./ocr-answer.ts";
import type { Problem } from "./problem.ts";

export interface DocumentStreamOptions {
  includePages: boolean;
  read(listener: Listener): Promise<DocumentResult>;
  /** Called once with what ended the work, if that came after the plan. */
  describeError(error: unknown): Problem;
  /** The reader has gone: stops the work. */
  onGone(): void;
  /** Called once when the work has ended, however it did. */
  onEnd(): void;
}

/**
 * A document as a stream of events. Until the plan stands the work can still fail as an ordinary HTTP error, so
 * this promise rejects with it; afterwards a failure is an `error` event.
 */
export async function streamDocument(options: DocumentStreamOptions): Promise<ReadableStream<Uint8Array>> {
  const planned = Promise.withResolvers<void>();
  const stream = openEventStream(options.onGone);
  let isPlanned = false;
  const done = options.read({
    onPlan: (pages) => {
      stream.send("plan", { pageCount: pages.length, pages });
      isPlanned = true;
      planned.resolve();
    },
    onPage: (page) => stream.send("page", page),
  });
  done
    .then((result) => stream.send("done", toAnswer(result, options.includePages)))
    .catch((error: unknown) => {
      if (isPlanned) stream.send("error", options.describeError(error));
    })
    .finally(() => {
      stream.end();
      options.onEnd();
    });
  await Promise.race([planned.promise, done]);
  return stream.body;
}
