import PQueue from "p-queue";
import { SidecarError } from "../../errors.ts";
import { createPendingTask } from "../../processes/pending-task.ts";

export interface FolderGateOptions {
  /** Fewer than there are threads for files: a share that hangs holds one for each. */
  atOnce: number;
  maxWaiting: number;
  maxWaitMs: number;
}

export interface FolderWork<Result> {
  /** Lets the caller go at once; the work's turn ends when the work does. */
  signal: AbortSignal;
  /** Gives back what comes when its caller has gone. */
  discard?(late: Result): void;
  /** It is next, before all that wait. */
  isNext?: boolean;
}

/**
 * The one way to a folder that may be a share. Where its server has gone each look at it waits in the kernel, for minutes or
 * for ever, and holds one of the threads for files; Bun 1.4.5 has as many as the machine has cores, and with all of them
 * held no upload is received any more.
 */
export interface FolderGate {
  /** @throws SidecarError `ocr_busy` when no turn comes; the signal's reason; what the work throws */
  run<Result>(work: (signal: AbortSignal) => Promise<Result>, options: FolderWork<Result>): Promise<Result>;
}

const retryAfterSeconds = 5;

export function createFolderGate({ atOnce, maxWaiting, maxWaitMs }: FolderGateOptions): FolderGate {
  const queue = new PQueue({ concurrency: atOnce });
  return {
    async run<Result>(
      work: (signal: AbortSignal) => Promise<Result>,
      { signal, discard, isNext = false }: FolderWork<Result>,
    ): Promise<Result> {
      signal.throwIfAborted();
      if (queue.pending >= atOnce && queue.size >= maxWaiting) throw folderBusy();
      const task = createPendingTask<Result>(signal, maxWaitMs, folderBusy);
      const turn = async () => {
        task.begin();
        task.taken();
        try {
          const result = await work(task.signal);
          if (task.signal.aborted) discard?.(result);
          else task.resolve(result);
        } catch (error) {
          task.reject(error);
        }
      };
      queue.add(turn, { signal: task.waiting, priority: isNext ? 1 : 0 }).catch((error: unknown) => task.reject(error));
      return await task.answer;
    },
  };
}

const folderBusy = () =>
  new SidecarError(
    "ocr_busy",
    "The folder of stored documents does not answer, or many read it at once; look at its share, and send the request again in a few seconds.",
    { retryAfterSeconds },
  );
