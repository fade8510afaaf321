import type { TextDelta } from "../../ocr/engines/admission.ts";

export interface DeltaEventsOptions {
  send(delta: TextDelta): void;
  /** Whether the reader has taken what was sent before. */
  isKeepingUp(): boolean;
  /** Pieces of so many milliseconds are sent together; other than 50 only in tests. */
  everyMs?: number;
  /** UTF-16 units that wait at most; an engine's answer has at most 100,000. */
  maxWaitingUnits?: number;
}

/** What is being written, on its way to one reader. */
export interface DeltaEvents {
  add(delta: TextDelta): void;
  /** The page is finished: what still waits of it is in its text. */
  forget(page: number): void;
  /** Nothing waits any more. */
  end(): void;
}

interface Waiting extends TextDelta {
  /** A part of this attempt was dropped: the rest would not be what was written. */
  isLost: boolean;
}

/**
 * Joins what is written for readers who are slower than it is, or else would be woken for each token. Of an attempt that no
 * longer fits nothing more is sent, so that no text has a hole; its page is told all the same.
 */
export function createDeltaEvents({
  send,
  isKeepingUp,
  everyMs = 50,
  maxWaitingUnits = 262_144,
}: DeltaEventsOptions): DeltaEvents {
  const waiting = new Map<string, Waiting>();
  let waitingUnits = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function sendWaiting(): void {
    timer = undefined;
    if (waitingUnits === 0) return;
    if (isKeepingUp()) {
      for (const [key, { isLost, ...delta }] of waiting) {
        if (isLost) continue;
        waiting.delete(key);
        send(delta);
      }
      waitingUnits = 0;
    }
    timer = setTimeout(sendWaiting, everyMs);
  }

  function drop(key: string): void {
    waitingUnits -= waiting.get(key)?.text.length ?? 0;
    waiting.delete(key);
  }

  return {
    add(delta) {
      const key = `${delta.page} ${delta.tile ?? ""}`;
      const before = waiting.get(key);
      const isSameAttempt = before?.attempt === delta.attempt;
      if (isSameAttempt && before.isLost) return;
      const text = isSameAttempt ? before.text + delta.text : delta.text;
      drop(key);
      const isLost = waitingUnits + text.length > maxWaitingUnits;
      waiting.set(key, { ...delta, text: isLost ? "" : text, isLost });
      if (!isLost) waitingUnits += text.length;
      if (timer === undefined) sendWaiting();
    },
    forget(page) {
      for (const [key, delta] of waiting) if (delta.page === page) drop(key);
    },
    end() {
      waiting.clear();
      waitingUnits = 0;
    },
  };
}
