import type { DocumentResult } from "../ocr/page-result.ts";
import type { Listener } from "../ocr/read-document.ts";
import { openEventStream } from "./event-stream.ts";
import { toAnswer } from "./ocr-answer.ts";
import { problemOf } from "./problem.ts";

export interface DocumentStreamOptions {
  requestId: string;
  includePages: boolean;
  read(listener: Listener): Promise<DocumentResult>;
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
  const done = options.read({
    onPlan: (pages) => {
      stream.send("plan", { pageCount: pages.length, pages });
      planned.resolve();
    },
    onPage: (page) => stream.send("page", page),
  });
  done
    .then((result) => stream.send("done", toAnswer(result, options.includePages)))
    .catch((error: unknown) => stream.send("error", problemOf(error, options.requestId)))
    .finally(() => {
      stream.end();
      options.onEnd();
    });
  await Promise.race([planned.promise, done]);
  return stream.body;
}
