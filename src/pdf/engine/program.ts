import { answerParent } from "../../processes/child-program.ts";
import { type ProcessReply, type ProcessRequest, processArguments, processRequest } from "../messages.ts";
import { EngineFault, isPoisoned } from "./fault.ts";
import { createOpenDocuments, runJob } from "./jobs.ts";
import { captureEngineLog, heapBytes } from "./log.ts";
import { boundWasmMemory } from "./memory.ts";

// The program of a process that opens documents: nothing else in the service touches the PDF engine. It may be killed at
// any moment.

/** One whose cross-reference table is broken is read whole when it is opened. */
const keptDocuments = 8;

boundWasmMemory(processArguments.parse(process.argv.slice(2)).maxMemoryBytes);
captureEngineLog();
const documents = createOpenDocuments(keptDocuments);

answerParent<ProcessRequest, ProcessReply>({
  request: processRequest,
  niceness: 5,
  answer(request) {
    if (request.type !== "task") throw new Error(`${request.type} is no task`);
    try {
      const result = runJob(documents, request.document, request.job);
      return { type: "done", heapBytes: heapBytes(), result };
    } catch (error) {
      return replyTo(error);
    }
  },
  note(request) {
    if (request.type === "forget") documents.close(request.key);
  },
});

function replyTo(error: unknown): ProcessReply {
  if (error instanceof EngineFault) {
    return { type: "fault", heapBytes: heapBytes(), code: error.code, message: error.message };
  }
  if (isPoisoned(error)) return { type: "poisoned", message: String(error) };
  throw error;
}
