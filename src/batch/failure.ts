/** Faults that a batch finds itself; the others carry the service's own code. */
export type BatchFault =
  /** The data of the job do not have the documented form. */
  | "invalid_job"
  /** The file has other bytes than when the job was added. */
  | "document_changed"
  /** Its texts cannot be written, for a reason that is the document's own, such as a name that is too long or a folder of somebody else. */
  | "output_failed"
  /** Several workers ended while they had the document. */
  | "worker_lost";

/** A document that cannot be read as it is. */
export class DocumentFailure extends Error {
  override readonly name = "DocumentFailure";
  readonly code: BatchFault | "path_outside_base" | "file_not_found" | "file_too_large";

  constructor(code: DocumentFailure["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The worker cannot go on here: the next document would meet the same. `message` says what to do. */
export class WorkerFault extends Error {
  override readonly name = "WorkerFault";
}

/** The storage did not give a document out this time; nothing is said about the document itself. */
export class StorageFault extends Error {
  override readonly name = "StorageFault";

  /** @param code as the system calls it */
  constructor(code: string, cause: unknown) {
    super(`The storage did not give the file out (${code}).`, { cause });
  }
}

/** What the system calls a fault. */
export const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "no code";

/** Why a document failed, as it stands in the queue and as people read it. */
export interface FailureReason {
  code: string;
  sentence: string;
}

export const writeReason = ({ code, sentence }: FailureReason): string => `${code}: ${sentence}`;

/** BullMQ's own words for a job whose workers were lost again and again. */
const stalledTooOften = /stalled more than allowable limit/;

/** Reads a reason back; one that others wrote has the code `other`. */
export function readReason(text: string): FailureReason {
  if (stalledTooOften.test(text)) {
    return { code: "worker_lost", sentence: "Several workers ended while they had the document." };
  }
  const [, code, sentence] = /^([a-z][a-z0-9_]*): (.*)$/s.exec(text) ?? [];
  return code === undefined || sentence === undefined ? { code: "other", sentence: text } : { code, sentence };
}
