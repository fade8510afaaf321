import { messageOf, SidecarError } from "../errors.ts";
import { ProcessGone } from "../processes/process-exit.ts";

const retryAfterSeconds = 5;

/** Nobody gets a turn in time. `name` is what callers know the model as, such as `embedding model`. */
export const busy = (name: string) =>
  new SidecarError(
    "retrieval_busy",
    `The ${name} has more work than it can do in time; send the request again later.`,
    {
      retryAfterSeconds,
    },
  );

/** The model did not get ready while the request waited. */
export const stillLoading = (name: string) =>
  new SidecarError("model_loading", `The ${name} is still loading; send the request again later.`, {
    retryAfterSeconds,
  });

/** The model cannot be used; `reason` is the rest of a sentence. */
export const unavailable = (name: string, reason: string) =>
  new SidecarError("model_unavailable", `The ${name} cannot be used: ${reason}.`);

/** The batches of a request passed the limit, by themselves. */
export const tookTooLong = (timeoutMs: number) =>
  new SidecarError(
    "retrieval_timeout",
    `The texts took longer than ${timeoutMs / 1000} s to compute, waits not counted; send fewer or shorter ones, or raise RETRIEVAL_TIMEOUT_SECONDS.`,
    { retryAfterSeconds },
  );

/** An operation of the child came to nothing. */
export function inferenceFailed(name: string, cause: unknown): SidecarError {
  if (cause instanceof ProcessGone) {
    const text = `The process of the ${name} ended while it worked on this request; send it again.`;
    return new SidecarError("internal_error", text, { cause, retryable: true });
  }
  const text = `The ${name} could not compute this request: ${withoutPaths(cause)}`;
  return new SidecarError("internal_error", text, { cause });
}

/**
 * The text of a fault with every path reduced to its last part: it reaches callers and status pages, which
 * must not learn how the server's file system is laid out.
 */
export function withoutPaths(fault: unknown): string {
  return messageOf(fault)
    .replaceAll(/(?:file:\/\/)?(?:\/[^\s/:"'()]+)+\/([^\s/:"'()]*)/g, "$1")
    .trim();
}
