import type { TextGroup } from "../child/tokenise-messages.ts";
import { type Phase, RequestClock } from "./request-clock.ts";
import type { Queued } from "./request-queue.ts";

/** What a request gets back, in the order of its texts. */
export interface Answer<Result> {
  results: Result[];
  /** Tokens that the model read for each text, special ones included. */
  tokens: number[];
  /** Whether a text was longer than the model reads. */
  truncated: boolean[];
  /** Milliseconds in which none of its texts were computed, and in which some were. */
  waitedMs: number;
  computedMs: number;
}

export interface PendingOptions {
  /** The longest that the batches of the request may take together. */
  timeoutMs: number;
  /** When it came, or when the request came that it is a part of. */
  arrivedMs: number;
  now(): number;
  /** Whether the model can compute. */
  isReady(): boolean;
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
 * A request between its arrival and its answer. It ends by its last result, an error, its clock or its caller's signal,
 * whichever is first.
 */
export class PendingRequest<Result> implements Queued {
  readonly group: TextGroup;
  readonly arrivedMs: number;
  readonly sequences: Array<Int32Array | undefined>;
  nextText = 0;
  tokenisedTexts = 0;
  readonly answer: Promise<Answer<Result>>;
  readonly #options: PendingOptions;
  readonly #signal: AbortSignal;
  readonly #settle: { resolve(answer: Answer<Result>): void; reject(error: unknown): void };
  readonly #results = new Map<number, Result>();
  readonly #tokens: number[];
  readonly #truncated: boolean[];
  readonly #clock: RequestClock;
  #settled = false;

  constructor(group: TextGroup, signal: AbortSignal, options: PendingOptions) {
    const count = group.texts.length;
    const { promise, resolve, reject } = Promise.withResolvers<Answer<Result>>();
    const { timeoutMs, arrivedMs, now, isReady } = options;
    this.answer = promise;
    this.#settle = { resolve, reject };
    this.group = group;
    this.arrivedMs = arrivedMs;
    this.sequences = new Array(count).fill(undefined);
    this.#tokens = new Array(count).fill(0);
    this.#truncated = new Array(count).fill(false);
    this.#options = options;
    this.#signal = signal;
    this.#clock = new RequestClock({ timeoutMs, now, isReady, onOver: (phase) => this.#isOver(phase) });
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  get settled(): boolean {
    return this.#settled;
  }

  tokenised(index: number, ids: Int32Array, truncated: boolean): void {
    this.sequences[index] = ids;
    this.tokenisedTexts += 1;
    this.#tokens[index] = ids.length;
    this.#truncated[index] = truncated;
  }

  /** A batch with this request begins, or has ended. */
  enter(phase: Phase): void {
    if (!this.#settled) this.#clock.enter(phase);
  }

  computed(index: number, result: Result): void {
    this.#results.set(index, result);
    if (this.#results.size < this.group.texts.length || !this.#end()) return;
    this.#settle.resolve({
      results: this.group.texts.flatMap((_, place) => this.#results.get(place) ?? []),
      tokens: this.#tokens,
      truncated: this.#truncated,
      waitedMs: this.#clock.spentMs("waiting"),
      computedMs: this.#clock.spentMs("computing"),
    });
  }

  fail(error: unknown): void {
    if (this.#end()) this.#settle.reject(error);
  }

  #isOver(phase: Phase): void {
    this.fail(phase === "waiting" ? this.#options.noTurn() : this.#options.tooLong());
    if (phase === "computing") this.#options.onOverdue();
  }

  readonly #abort = () => this.fail(this.#signal.reason);

  #end(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#clock.stop();
    this.#signal.removeEventListener("abort", this.#abort);
    this.#options.onSettled();
    return true;
  }
}
