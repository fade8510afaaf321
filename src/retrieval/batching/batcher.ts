import { getLogger } from "@logtape/logtape";
import type PQueue from "p-queue";
import type { SidecarError } from "../../errors.ts";
import type { InferenceChild } from "../child/inference-child.ts";
import type { TextGroup } from "../child/tokenise-messages.ts";
import { busy, stillLoading, tookTooLong, unavailable } from "../faults.ts";
import type { ModelSession } from "../models/model-session.ts";
import { ChildOperations, type ChildOperationsOptions } from "./child-operations.ts";
import { type Answer, PendingRequest } from "./pending-request.ts";
import { type QueueBounds, RequestQueue } from "./request-queue.ts";

export interface BatcherOptions<Result> extends ChildOperationsOptions<Result> {
  session: ModelSession;
  queue: QueueBounds;
  /**
   * The longest that the batches of one request may take together, and that it waits for a model that is loading. The
   * wait for turns has a limit of three times as much.
   */
  timeoutMs: number;
  /**
   * Shared by all models on the CPU, undefined for a GPU. Each batch uses all threads that retrieval may use;
   * two at once would take the CPU from the rest of the service.
   */
  gate: PQueue | undefined;
  /**
   * Batches that the child may have at a time. With 2 the next one lies there when one has been computed, so that a card
   * does not wait for what is done with an answer and for the way there and back.
   */
  batchesAtATime: 1 | 2;
}

/** The place in the line that the parts of one request share: that of the first, which sets it. */
export interface Place {
  arrivedMs?: number;
}

const log = getLogger(["sidecar", "retrieval"]);
/** Texts for the tokeniser at once: some tens of milliseconds, so that nobody waits long behind a large request. */
const tokeniseCharacters = 65_536;

/**
 * From so many waiting tokens on, a second batch is given to the child beside the one at work, and what waits is shared
 * between the two: in lockstep with its callers a card would wait each time for all of them.
 */
const leastTokensBeside = 1_024;

type Joint = "tokenise" | "compute";

/**
 * Runs requests together on one session: texts are cut into tokens by the child, wait in the queue, are cut into batches,
 * and are computed. Work whose caller has gone is dropped before it runs.
 */
export class Batcher<Result> {
  readonly #options: BatcherOptions<Result>;
  readonly #queue: RequestQueue<PendingRequest<Result>>;
  readonly #operations: ChildOperations<Result>;
  /** Of each kind of work, how much is going on. */
  readonly #going: Record<Joint, number> = { tokenise: 0, compute: 0 };
  #closed: SidecarError | undefined;
  readonly #drained = Promise.withResolvers<void>();

  constructor(options: BatcherOptions<Result>) {
    this.#options = options;
    this.#queue = new RequestQueue(options.queue, options.limits);
    this.#operations = new ChildOperations(options);
    options.session.onChange(() => this.#wake());
  }

  /** Requests admitted and unfinished, and their texts that have not run. */
  get load(): { requests: number; texts: number } {
    return { requests: this.#queue.requests.length, texts: this.#queue.texts };
  }

  /**
   * Computes a group of at least one text.
   * @throws SidecarError `model_unavailable`, `model_loading`, `retrieval_busy`, `retrieval_timeout`,
   * `internal_error` or `shutting_down`; the signal's reason when that is aborted
   */
  async submit(group: TextGroup, signal: AbortSignal, place: Place = {}): Promise<Answer<Result>> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
    const { session, name, timeoutMs, now } = this.#options;
    place.arrivedMs ??= now();
    const isReady = () => session.state.state === "ready";
    const request = new PendingRequest<Result>(group, signal, {
      timeoutMs,
      arrivedMs: place.arrivedMs,
      now,
      isReady,
      noTurn: () => (isReady() ? busy(name) : stillLoading(name)),
      tooLong: () => tookTooLong(timeoutMs),
      onSettled: () => this.#settled(request),
      onOverdue: () => this.#operations.replaceIfAbandoned(),
    });
    if (this.#queue.add(request)) {
      session.demand();
      this.#wake();
    } else request.fail(busy(name));
    return request.answer;
  }

  /** Refuses what comes from now on; resolves when nothing waits and nothing runs any more. */
  async drain(error: SidecarError): Promise<void> {
    this.#closed = error;
    if (this.#queue.requests.length > 0) await this.#drained.promise;
  }

  /** Refuses what comes from now on and all that waits or runs. */
  close(error: SidecarError): void {
    this.#closed = error;
    this.#failAll(error);
  }

  #wake(): void {
    const { state } = this.#options.session;
    if (state.state === "missing" || state.state === "failed") {
      this.#failAll(unavailable(this.#options.name, state.reason));
    } else if (state.state === "ready") {
      this.#start("tokenise");
      this.#start("compute");
    }
  }

  /** Tokenising and computing go on side by side, each for as long as there is work for it. */
  #start(joint: Joint): void {
    if (!this.#hasWork(joint, this.#going[joint])) return;
    this.#going[joint] += 1;
    this.#work(joint).catch((error: unknown) => log.error("Batching stopped: {error}", { error }));
  }

  /** @param others that do the same work already */
  #hasWork(joint: Joint, others: number): boolean {
    if (joint === "tokenise") return others === 0 && this.#queue.hasTexts;
    if (others >= this.#options.batchesAtATime || !this.#queue.hasSequences) return false;
    return others === 0 || this.#queue.tokens >= leastTokensBeside;
  }

  async #work(joint: Joint): Promise<void> {
    try {
      for (;;) {
        // Requests that arrive in the same turn of the event loop run together.
        await new Promise((resolve) => setImmediate(resolve));
        const child = this.#options.session.ready;
        if (child === undefined || !this.#hasWork(joint, this.#going[joint] - 1)) return;
        const work = () => (joint === "tokenise" ? this.#tokenise(child) : this.#compute(child));
        const { gate } = this.#options;
        await (joint === "tokenise" || gate === undefined ? work() : gate.add(work));
      }
    } finally {
      this.#going[joint] -= 1;
    }
  }

  async #tokenise(child: InferenceChild): Promise<void> {
    await this.#operations.tokenise(child, this.#queue.takeTexts(tokeniseCharacters));
    this.#start("compute");
  }

  async #compute(child: InferenceChild): Promise<void> {
    // The child may have gone, and callers too, while another model had its turn.
    if (this.#options.session.ready !== child) return;
    const batch = this.#queue.takeBatch(this.#shareTokens());
    // Who gave up sequences to it may have more texts, to be cut while it runs.
    this.#start("tokenise");
    this.#start("compute");
    if (batch.length > 0) await this.#operations.compute(child, batch);
  }

  /** What waits, shared between this batch and those that may be computed beside it; undefined for all of it. */
  #shareTokens(): number | undefined {
    const shares = this.#options.batchesAtATime - this.#going.compute + 1;
    return shares === 1 ? undefined : Math.max(leastTokensBeside, Math.ceil(this.#queue.tokens / shares));
  }

  #settled(request: PendingRequest<Result>): void {
    this.#queue.remove(request);
    if (this.#closed !== undefined && this.#queue.requests.length === 0) this.#drained.resolve();
  }

  #failAll(error: SidecarError): void {
    for (const request of [...this.#queue.requests]) request.fail(error);
  }
}
