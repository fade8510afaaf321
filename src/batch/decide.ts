import { SidecarClientError } from "../client/client-error.ts";
import { messageOf } from "../errors.ts";
import { DocumentFailure, type FailureReason, WorkerFault } from "./failure.ts";

/** What is done with a document that was not read. */
export type Decision =
  /** It is given up until somebody asks for it again. */
  | { action: "fail"; reason: FailureReason }
  /** It is tried again after a wait; the try counts. Where the service is away, the worker waits for it too. */
  | { action: "retry"; reason: FailureReason; retryAfterSeconds: number | undefined; isServiceAway: boolean }
  /** The service takes nothing now. Whoever can may take the document; nothing counts. */
  | { action: "hand-back"; reason: FailureReason; retryAfterSeconds: number | undefined }
  /** The worker ends, and the document goes back: the next one would meet the same. */
  | { action: "stop"; reason: FailureReason };

/** Faults of the service or of the way to it, whatever the document. */
const workerFaults: ReadonlySet<string> = new Set([
  "unauthorized",
  "peer_not_allowed",
  "origin_not_allowed",
  "route_not_found",
  "method_not_allowed",
  "ocr_not_configured",
  "model_not_installed",
]);

/** Starts of a document after which a service that is gone is held against it: it may be what ends the service. */
const maxBlamelessStarts = 20;

/**
 * What follows from an error. A pure function, so that the whole of it stands in a table of tests.
 *
 * @param starts of the document so far, this one included, whether or not they counted as tries
 */
export function decide(error: unknown, starts: number): Decision {
  if (error instanceof DocumentFailure) {
    return { action: "fail", reason: { code: error.code, sentence: error.message } };
  }
  if (error instanceof WorkerFault) {
    return { action: "stop", reason: { code: "worker_fault", sentence: error.message } };
  }
  if (!(error instanceof SidecarClientError)) {
    const reason = { code: "internal_error", sentence: messageOf(error) };
    return { action: "retry", reason, retryAfterSeconds: undefined, isServiceAway: false };
  }
  const { code, status, retryable, retryAfterSeconds } = error;
  const reason = { code, sentence: withRequest(error) };
  if (retryable && code === "connection_failed" && starts > maxBlamelessStarts) {
    return { action: "retry", reason, retryAfterSeconds, isServiceAway: true };
  }
  if (retryable && (code === "connection_failed" || status === 503 || status === 429)) {
    return { action: "hand-back", reason, retryAfterSeconds };
  }
  if (retryable) return { action: "retry", reason, retryAfterSeconds, isServiceAway: false };
  // What a proxy says of a large body is about the document; whatever else has not the service's form is about the way.
  if (workerFaults.has(code) || (code === "http_error" && status !== 413)) return { action: "stop", reason };
  return { action: "fail", reason };
}

const withRequest = ({ message, requestId }: SidecarClientError) =>
  requestId === undefined ? message : `${message} (request ${requestId})`;

const baseDelayMs = 5_000;
const maxDelayMs = 10 * 60_000;

/**
 * The wait before a document is tried again, in milliseconds: 2.5 to 5 s after the first try, doubling from try to try, or
 * as long as the service asks where that is longer; 10 minutes at most.
 *
 * @param triesMade 1 after the first
 * @param random from 0 to 1; spreads documents that failed at the same moment
 */
export function retryDelayMs(triesMade: number, retryAfterSeconds: number | undefined, random: number): number {
  const ownMs = baseDelayMs * 2 ** (triesMade - 1) * (0.5 + random / 2);
  return Math.round(Math.min(maxDelayMs, Math.max(ownMs, (retryAfterSeconds ?? 0) * 1000)));
}
