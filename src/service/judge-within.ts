import { SidecarError } from "../errors.ts";
import type { Component } from "../http/services.ts";

/** Who does not depend on an answer waits no longer than this for it, and then takes what was known last. */
export const patienceMs = 50;

export const unanswered: Component = { state: "loading", reason: "no answer yet" };

/**
 * Who asks while an answer is awaited gets that answer. A folder of a server that is gone may never answer, and each
 * question would hold one of the few threads for files.
 */
export function askOnce<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asking: Promise<Answer> | undefined;
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

/**
 * What a look finds.
 *
 * @param otherwise what is said where the look fails without a sentence of its own, or does not end in time
 */
export async function judgeWithin(
  otherwise: string,
  look: (signal: AbortSignal) => Promise<Component>,
  timeoutMs = 5000,
): Promise<Component> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await Promise.race([look(limit), endOf(limit)]);
  } catch (error) {
    return { state: "failed", reason: error instanceof SidecarError ? error.message : otherwise };
  }
}

const endOf = (limit: AbortSignal) =>
  new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () => reject(limit.reason), { once: true });
  });
