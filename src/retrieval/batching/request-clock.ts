/** What a request does until it is answered. */
export type Phase = "waiting" | "computing";

export interface ClockOptions {
  /** The longest that the batches of the request may take together. */
  timeoutMs: number;
  now(): number;
  /** Whether the model can compute; one that loads is not waited for as long as a turn is. */
  isReady(): boolean;
  /** Called once, when the time of a phase is over. */
  onOver(phase: Phase): void;
}

/**
 * The wait for turns of the model, all waits of a request together, as a multiple of what its batches may take. Beside one
 * other model on the same CPU, and with every second turn of this one, a large request is computed a quarter of the time.
 */
const waitsPerComputation = 3;

/**
 * Measures how long a request waits and how long its own batches are computed, each with a limit of its own: that others
 * are computed in between costs it nothing of its time.
 */
export class RequestClock {
  readonly #options: ClockOptions;
  readonly #spentMs: Record<Phase, number> = { waiting: 0, computing: 0 };
  #phase: Phase = "waiting";
  #since: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the model was ready when a request may no longer wait for it to load. */
  #waitsForTurn = false;

  /** Begins with waiting. */
  constructor(options: ClockOptions) {
    this.#options = options;
    this.#since = options.now();
    this.#setTimer();
  }

  enter(phase: Phase): void {
    this.stop();
    this.#phase = phase;
    this.#setTimer();
  }

  /** Stops both watches; `enter` goes on. */
  stop(): void {
    clearTimeout(this.#timer);
    const now = this.#options.now();
    this.#spentMs[this.#phase] += now - this.#since;
    this.#since = now;
  }

  /** Milliseconds in a phase until the last change. */
  spentMs(phase: Phase): number {
    return this.#spentMs[phase];
  }

  #setTimer(): void {
    const { timeoutMs } = this.#options;
    const limitMs = this.#phase === "waiting" && this.#waitsForTurn ? waitsPerComputation * timeoutMs : timeoutMs;
    this.#timer = setTimeout(() => this.#judge(), Math.max(0, limitMs - this.#spentMs[this.#phase]));
  }

  #judge(): void {
    const phase = this.#phase;
    this.stop();
    if (phase === "waiting" && !this.#waitsForTurn && this.#options.isReady()) {
      this.#waitsForTurn = true;
      this.#setTimer();
    } else this.#options.onOver(phase);
  }
}
