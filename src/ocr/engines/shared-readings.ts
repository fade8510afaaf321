import { answers, type ReadingKey } from "./page-cache.ts";
import type { OnPiece } from "./page-engine.ts";

interface Running<Reading> {
  key: ReadingKey;
  result: Promise<Reading>;
  settled: Promise<void>;
  callers: number;
  /** Who has asked for it under its own instructions. */
  askedBy: Set<string>;
  abort: AbortController;
  lingering: ReturnType<typeof setTimeout> | undefined;
  /** What the attempt that runs has written, for those who join; as long as an engine lets an answer grow. */
  written(): { attempt: number; text: string };
  listeners: Set<OnPiece>;
}

export interface SharedReading<Reading> {
  /** This caller's view: rejects with the reason of this caller's signal when that is aborted. */
  result: Promise<Reading>;
  /** Settles when the work itself has ended. Never rejects. */
  settled: Promise<void>;
}

/** Makes a reading; `askedBy` grows as others join it under the same instructions. */
type Read<Reading> = (signal: AbortSignal, askedBy: ReadonlySet<string>, onPiece: OnPiece) => Promise<Reading>;

/** Readings that run now. */
export interface SharedReadings<Reading> {
  /**
   * Joins a running reading; undefined when there is none. `sameInstructions` is false when its own differ. What it has
   * written until now is the first piece.
   */
  join(
    key: ReadingKey,
    signal: AbortSignal,
    onPiece?: OnPiece,
  ): (SharedReading<Reading> & { sameInstructions: boolean }) | undefined;
  /** Begins a reading that others may join. */
  begin(key: ReadingKey, read: Read<Reading>, signal: AbortSignal, onPiece?: OnPiece): SharedReading<Reading>;
}

/**
 * Callers who ask for the same page under the same instructions share one reading; so does one of them who asks again
 * without any. Its work is aborted when the last of them has gone, whoever began it.
 *
 * @param lingerMs how long the work of the last caller goes on after that caller left for this reason: a caller
 * that gave up and asks again at once joins it, and a page that was all but finished is not lost
 */
export function createSharedReadings<Reading>(
  lingerMs: (reason: unknown) => number = () => 0,
): SharedReadings<Reading> {
  const all = new Set<Running<Reading>>();

  function find(key: ReadingKey): Running<Reading> | undefined {
    const candidates = [...all].filter(
      ({ abort, key: offered, askedBy }) => !abort.signal.aborted && answers(offered, askedBy, key),
    );
    return candidates.find((running) => running.key.instructions === key.instructions) ?? candidates[0];
  }

  function attach(running: Running<Reading>, signal: AbortSignal, onPiece?: OnPiece): SharedReading<Reading> {
    running.callers += 1;
    clearTimeout(running.lingering);
    const left = Promise.withResolvers<never>();
    const leave = () => {
      running.callers -= 1;
      left.reject(signal.reason);
      if (running.callers === 0) abandon(running, signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    if (onPiece !== undefined) listen(running, onPiece);
    const result = Promise.race([running.result, left.promise]).finally(() => {
      signal.removeEventListener("abort", leave);
      if (onPiece !== undefined) running.listeners.delete(onPiece);
    });
    return { result, settled: running.settled };
  }

  function listen({ written, listeners }: Running<Reading>, onPiece: OnPiece): void {
    const { attempt, text } = written();
    if (text !== "") onPiece(attempt, text);
    listeners.add(onPiece);
  }

  function abandon(running: Running<Reading>, reason: unknown): void {
    const afterMs = lingerMs(reason);
    if (afterMs === 0) running.abort.abort(reason);
    else running.lingering = setTimeout(() => running.abort.abort(reason), afterMs);
  }

  return {
    join(key, signal, onPiece) {
      const running = find(key);
      if (running === undefined) return undefined;
      const sameInstructions = running.key.instructions === key.instructions;
      if (sameInstructions) running.askedBy.add(key.caller);
      return { ...attach(running, signal, onPiece), sameInstructions };
    },
    begin(key, read, signal, onPiece) {
      const abort = new AbortController();
      const askedBy = new Set([key.caller]);
      const listeners = new Set<OnPiece>();
      let written = { attempt: 1, text: "" };
      const result = read(abort.signal, askedBy, (attempt, piece) => {
        written = { attempt, text: attempt === written.attempt ? written.text + piece : piece };
        for (const tell of listeners) tell(attempt, piece);
      });
      const settled = result.then(
        () => undefined,
        () => undefined,
      );
      const running: Running<Reading> = {
        ...{ key, result, settled, callers: 0, askedBy, abort, lingering: undefined },
        ...{ written: () => written, listeners },
      };
      all.add(running);
      void settled.then(() => {
        clearTimeout(running.lingering);
        all.delete(running);
      });
      return attach(running, signal, onPiece);
    },
  };
}
