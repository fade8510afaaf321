/**
 * Why a process ended: by itself (`crashed`), or by us because it was silent for too long, said what no such process
 * says, took too much memory or CPU time, said that it is `broken`, worked for nobody, or is not needed any more
 * (`closed`).
 */
export type ExitReason =
  | "crashed"
  | "timed-out"
  | "garbage"
  | "out-of-memory"
  | "out-of-cpu-time"
  | "broken"
  | "abandoned"
  | "closed";

export interface ProcessExit {
  why: ExitReason;
  /** Whether it had a task. */
  wasBusy: boolean;
  /** Such as `was killed by SIGKILL` or `ended with code 134`. */
  how: string;
  /** The last line it wrote to stderr, where native libraries say what really happened. */
  lastWords: string;
}

/** The process ended before it had answered. */
export class ProcessGone extends Error {
  override readonly name = "ProcessGone";
  readonly exit: ProcessExit;

  constructor(exit: ProcessExit) {
    super(exit.lastWords === "" ? exit.how : `${exit.how} (${exit.lastWords})`);
    this.exit = exit;
  }
}
