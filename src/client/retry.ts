import { SidecarClientError } from "./client-error.ts";

/** How often and how patiently a call is repeated. */
export interface RetryPolicy {
  /** Attempts in all, the first included; 1 = never repeat. */
  maxAttempts: number;
  /** Wait before the second attempt in milliseconds; it doubles from one attempt to the next. */
  baseDelayMs: number;
  /** Longest wait in milliseconds. A service that asks for a longer one is not waited for. */
  maxDelayMs: number;
}

export type RetryDecision = { retry: true; delayMs: number } | { retry: false; reason: string };

/**
 * Whether and when a failed attempt is repeated. Every call of this service is safe to repeat: `/ocr` and
 * `/ocr-upload` change nothing, and the service shares a reading that runs and keeps the pages it has finished,
 * so a repeated document goes on where the first attempt ended; `/embed` and `/rerank` are functions of their
 * input. Repeated are connections that failed, and 502 and 503 with a code that may pass. Never a 4xx, and not a
 * 504: there the service has spent its own time limit, and whether to spend it again is the caller's decision.
 *
 * @param attemptsMade 1 after the first attempt
 * @param random from 0 to 1; spreads the callers that were refused at the same moment
 */
export function decideRetry(error: unknown, attemptsMade: number, policy: RetryPolicy, random: number): RetryDecision {
  if (!(error instanceof SidecarClientError)) return { retry: false, reason: "not a fault of the call" };
  if (!isRepeated(error)) return { retry: false, reason: `${error.code} is not repeated` };
  if (attemptsMade >= policy.maxAttempts) return { retry: false, reason: `${attemptsMade} attempts were made` };
  const askedMs = (error.retryAfterSeconds ?? 0) * 1000;
  if (askedMs > policy.maxDelayMs) return { retry: false, reason: "the service asks for a longer wait" };
  const backoffMs = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attemptsMade - 1));
  // At least what was asked for, and never less than half the backoff.
  return { retry: true, delayMs: askedMs + backoffMs * (0.5 + random / 2) };
}

/** Repeats `attempt` as the policy says. Rejects with the last fault, or with the signal's reason. */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<Result> {
  for (let attemptsMade = 1; ; attemptsMade += 1) {
    try {
      signal.throwIfAborted();
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const decision = decideRetry(error, attemptsMade, policy, Math.random());
      if (!decision.retry) throw error;
      await wait(decision.delayMs, signal);
    }
  }
}

function isRepeated({ code, status, retryable }: SidecarClientError): boolean {
  if (code === "connection_failed" || code === "connection_lost") return true;
  return retryable && (status === 502 || status === 503);
}

function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
