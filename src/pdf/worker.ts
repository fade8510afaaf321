import { setPriority } from "node:os";
import "./engine-silence.ts";
import { hasEngineTimedOut, limitEngineTime } from "./engine-clock.ts";
import { EngineFault, isPoisoned } from "./engine-fault.ts";
import { runJob } from "./engine-jobs.ts";
import { captureEngineLog, heapBytes } from "./engine-log.ts";
import { boundWasmMemory } from "./engine-memory.ts";
import { createDocumentShelf } from "./engine-shelf.ts";
import { type WorkerReply, workerArguments, workerRequest } from "./messages.ts";

declare const self: Worker;

/** They hold no bytes of their own, and reopening one whose cross-reference table is broken means reading it whole. */
const keptDocuments = 8;
/** Often enough for the pool's time limit per page, seldom enough to cost nothing. */
const progressEveryMs = 20;
const backgroundNiceness = 5;

// On Linux this is the priority of this thread alone: while documents are opened, HTTP is answered first.
setPriority(0, backgroundNiceness);
const limits = workerArguments.parse(process.argv.slice(2));
boundWasmMemory(limits.maxMemoryBytes);
captureEngineLog();
const shelf = createDocumentShelf(keptDocuments);

self.onmessage = ({ data }: MessageEvent<unknown>) => {
  const request = workerRequest.parse(data);
  if (request.type === "forget") {
    limitEngineTime(limits.pageTimeoutMs);
    shelf.forget(request.key);
    return;
  }
  const { id } = request;
  let reportedAt = performance.now();
  const taskEndsAt = reportedAt + limits.taskTimeoutMs;
  limitEngineTime(limits.pageTimeoutMs);
  const onPage = () => {
    limitEngineTime(Math.min(limits.pageTimeoutMs, taskEndsAt - performance.now()));
    if (performance.now() - reportedAt < progressEveryMs) return;
    reportedAt = performance.now();
    reply({ type: "progress", id });
  };
  try {
    const result = runJob(shelf, request.document, request.job, onPage);
    reply({ type: "done", id, heapBytes: heapBytes(), result });
  } catch (error) {
    reply(replyToError(id, error));
  }
};

reply({ type: "ready" });

function replyToError(id: number, error: unknown): WorkerReply {
  if (hasEngineTimedOut()) return { type: "timed-out", id };
  if (error instanceof EngineFault) {
    return { type: "fault", id, heapBytes: heapBytes(), code: error.code, message: error.message };
  }
  if (isPoisoned(error)) return { type: "poisoned", id, message: String(error) };
  throw error;
}

function reply(message: WorkerReply): void {
  const transferred = message.type === "done" && message.result.type === "render" ? [message.result.png.buffer] : [];
  self.postMessage(message, transferred);
}
