import type { TextGroup } from "../child/messages.ts";
import type { Queued } from "./request-queue.ts";

/** What a request gets back, in the order of its texts. */
export interface Answer<Result> {
  results: Result[];
  /** Tokens that the model read for each text, special ones included. */
  tokens: number[];
  /** Whether a text was longer than the model reads. */
  truncated: boolean[];
  /** Milliseconds from the request to its first batch, and from there to its last result. */
  waitedMs: number;
  computedMs: number;
}

export interface PendingOptions {
  timeoutMs: number;
  now(): number;
  /** The error for a request that got no turn in time. */
  noTurn(): Error;
  /** The error for a request whose inference passed the limit. */
  tooLong(): Error;
  /** Called once, as soon as nobody waits for the request any more. */
  onSettled(): void;
  /** Called after that when inference passed the limit. */
  onOverdue(): void;
}

/**
 * A request between its arrival and its answer. Two clocks bound it: one for the wait until its first batch,
 * one from there on. It ends by its last result, an error, a clock or its caller's signal, whichever is first.
 */
export class PendingRequest<Result> implements Queued {
  readonly group: TextGroup;
  readonly sequences: Array<Int32Array | undefined>;
  nextText = 0;
  readonly answer: Promise<Answer<Result>>;
  readonly #options: PendingOptions;
  readonly #signal: AbortSignal;
  readonly #settle: { resolve(answer: Answer<Result>): void; reject(error: unknown): void };
  readonly #results = new Map<number, Result>();
  readonly #tokens: number[];
  readonly #truncated: boolean[];
  readonly #askedAt: number;
  #startedAt: number | undefined;
  #clock: ReturnType<typeof setTimeout>;
  #settled = false;

  constructor(group: TextGroup, signal: AbortSignal, options: PendingOptions) {
    const count = group.texts.length;
    const { promise, resolve, reject } = Promise.withResolvers<Answer<Result>>();
    this.answer = promise;
    this.#settle = { resolve, reject };
    this.group = group;
    this.sequences = new Array(count).fill(undefined);
    this.#tokens = new Array(count).fill(0);
    this.#truncated = new Array(count).fill(false);
    this.#options = options;
    this.#signal = signal;
    this.#askedAt = options.now();
    this.#clock = setTimeout(() => this.fail(options.noTurn()), options.timeoutMs);
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  get settled(): boolean {
    return this.#settled;
  }

  tokenised(index: number, ids: Int32Array, truncated: boolean): void {
    this.sequences[index] = ids;
    this.#tokens[index] = ids.length;
    this.#truncated[index] = truncated;
  }

  /** A batch with this request starts now; the first one starts the clock of its inference. */
  started(): void {
    if (this.#startedAt !== undefined || this.#settled) return;
    this.#startedAt = this.#options.now();
    clearTimeout(this.#clock);
    this.#clock = setTimeout(() => {
      this.fail(this.#options.tooLong());
      this.#options.onOverdue();
    }, this.#options.timeoutMs);
  }

  computed(index: number, result: Result): void {
    this.#results.set(index, result);
    if (this.#results.size < this.group.texts.length || !this.#end()) return;
    const startedAt = this.#startedAt ?? this.#askedAt;
    this.#settle.resolve({
      results: this.group.texts.flatMap((_, place) => this.#results.get(place) ?? []),
      tokens: this.#tokens,
      truncated: this.#truncated,
      waitedMs: startedAt - this.#askedAt,
      computedMs: this.#options.now() - startedAt,
    });
  }

  fail(error: unknown): void {
    if (this.#end()) this.#settle.reject(error);
  }

  readonly #abort = () => this.fail(this.#signal.reason);

  #end(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#clock);
    this.#signal.removeEventListener("abort", this.#abort);
    this.#options.onSettled();
    return true;
  }
}
