import { SidecarClientError } from "./client-error.ts";

/** Timers beyond this fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The one signal of a call. `release` frees its timer and listener and closes what is still open. */
export interface CallSignal {
  signal: AbortSignal;
  release(): void;
}

/**
 * Joins the caller's signal with the limit of the call. The reason is the caller's own, or a `client_timeout`.
 * Not `AbortSignal.any`, which in Node 20 keeps every signal it made alive as long as the caller's signal lives.
 *
 * @param timeoutMs limit of the whole call in milliseconds; undefined or 0 = none
 */
export function callSignal(caller: AbortSignal | undefined, timeoutMs: number | undefined): CallSignal {
  const call = new AbortController();
  const onAbort = () => call.abort(caller?.reason);
  const onLate = () =>
    call.abort(new SidecarClientError("client_timeout", `The call was not finished within ${timeoutMs} ms.`));
  caller?.addEventListener("abort", onAbort, { once: true });
  const timer = timeoutMs ? setTimeout(onLate, Math.min(timeoutMs, longestTimerMs)) : undefined;
  if (caller?.aborted) onAbort();
  return {
    signal: call.signal,
    release: () => {
      clearTimeout(timer);
      caller?.removeEventListener("abort", onAbort);
      call.abort();
    },
  };
}
