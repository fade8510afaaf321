import { getLogger } from "@logtape/logtape";
import type PQueue from "p-queue";
import type { SidecarError } from "../../errors.ts";
import { type InferenceChild, OperationFailed } from "../child/inference-child.ts";
import type { RunAnswer } from "../child/messages.ts";
import { packSequences, paddedLength, unpackSequences } from "../child/sequences.ts";
import type { TextGroup } from "../child/tokenise-messages.ts";
import { busy, inferenceFailed, stillLoading, tookTooLong, unavailable } from "../faults.ts";
import type { ModelSession } from "../models/model-session.ts";
import type { BatchLimits } from "./batch-plan.ts";
import { type Answer, PendingRequest } from "./pending-request.ts";
import { type Placed, type QueueBounds, RequestQueue } from "./request-queue.ts";

/** One batch that was computed, for metrics. */
export interface BatchRecord {
  sequences: number;
  tokens: number;
  paddedTokens: number;
  ms: number;
}

export interface BatcherOptions<Result> {
  session: ModelSession;
  /** What callers know the model as, such as `embedding model`. */
  name: string;
  queue: QueueBounds;
  limits: BatchLimits;
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
  /** The results of `count` sequences from what the child answered. */
  unpack(answer: RunAnswer, count: number): Result[];
  onBatch(record: BatchRecord): void;
  now(): number;
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
 * Runs requests together on one session. Four joints: texts are cut into tokens by the child, wait in the
 * queue, are cut into batches, and are computed. Work whose caller has gone is dropped before it runs.
 */
export class Batcher<Result> {
  readonly #options: BatcherOptions<Result>;
  readonly #queue: RequestQueue<PendingRequest<Result>>;
  /** Requests with work in the child right now, by operation. */
  readonly #running = new Set<ReadonlySet<PendingRequest<Result>>>();
  /** Of each kind of work, how much is going on. */
  readonly #going: Record<Joint, number> = { tokenise: 0, compute: 0 };
  #closed: SidecarError | undefined;
  readonly #drained = Promise.withResolvers<void>();

  constructor(options: BatcherOptions<Result>) {
    this.#options = options;
    this.#queue = new RequestQueue(options.queue, options.limits);
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
      onOverdue: () => this.#replaceIfAbandoned(),
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
    const slices = this.#queue.takeTexts(tokeniseCharacters);
    await this.#guarded(new Set(slices.map(({ request }) => request)), async () => {
      const tokenised = await child.tokenise(slices.map(({ group }) => group));
      const sequences = unpackSequences(tokenised);
      const places = slices.flatMap(({ request, from, group }) =>
        group.texts.map((_, place) => ({ request, index: from + place })),
      );
      places.forEach(({ request, index }, place) => {
        request.tokenised(index, sequences[place] ?? new Int32Array(), tokenised.truncated[place] ?? false);
      });
    });
    this.#start("compute");
  }

  async #compute(child: InferenceChild): Promise<void> {
    // The child may have gone, and callers too, while another model had its turn.
    if (this.#options.session.ready !== child) return;
    const batch = this.#queue.takeBatch(this.#shareTokens());
    // Who gave up sequences to it may have more texts, to be cut while it runs.
    this.#start("tokenise");
    this.#start("compute");
    const requests = new Set(batch.map(({ request }) => request));
    if (batch.length === 0) return;
    for (const request of requests) request.enter("computing");
    await this.#guarded(requests, () => this.#runTogether(child, batch, requests));
    for (const request of requests) request.enter("waiting");
  }

  /** What waits, shared between this batch and those that may be computed beside it; undefined for all of it. */
  #shareTokens(): number | undefined {
    const shares = this.#options.batchesAtATime - this.#going.compute + 1;
    return shares === 1 ? undefined : Math.max(leastTokensBeside, Math.ceil(this.#queue.tokens / shares));
  }

  /** What cannot be computed together is computed for each request by itself: one text spoils nothing for other callers. */
  async #runTogether(
    child: InferenceChild,
    batch: ReadonlyArray<Placed<PendingRequest<Result>>>,
    requests: ReadonlySet<PendingRequest<Result>>,
  ): Promise<void> {
    try {
      await this.#run(child, batch);
    } catch (fault) {
      if (!(fault instanceof OperationFailed) || requests.size === 1) throw fault;
      for (const request of requests) {
        if (request.settled) continue;
        const own = batch.filter((placed) => placed.request === request);
        await this.#guarded(new Set([request]), () => this.#run(child, own));
      }
    }
  }

  async #run(child: InferenceChild, batch: ReadonlyArray<Placed<PendingRequest<Result>>>): Promise<void> {
    const startedAt = this.#options.now();
    const { ids, lengths } = packSequences(batch.map((placed) => placed.ids));
    const results = this.#options.unpack(await child.run(ids, lengths), batch.length);
    this.#options.session.proved();
    results.forEach((result, row) => {
      const place = batch[row];
      place?.request.computed(place.index, result);
    });
    const paddedTokens = batch.length * paddedLength(Math.max(...lengths), this.#options.limits.lengthMultiple);
    this.#options.onBatch({
      sequences: batch.length,
      tokens: ids.length,
      paddedTokens,
      ms: this.#options.now() - startedAt,
    });
  }

  /** Runs one operation of the child: what goes wrong in it is the fault of these requests and of no others. */
  async #guarded(requests: ReadonlySet<PendingRequest<Result>>, operation: () => Promise<void>): Promise<void> {
    const { session, timeoutMs, name } = this.#options;
    this.#running.add(requests);
    const watch = setTimeout(() => session.replace("an operation does not end"), timeoutMs);
    try {
      await operation();
    } catch (error) {
      for (const request of requests) request.fail(inferenceFailed(name, error));
    } finally {
      clearTimeout(watch);
      this.#running.delete(requests);
    }
  }

  #settled(request: PendingRequest<Result>): void {
    this.#queue.remove(request);
    if (this.#closed !== undefined && this.#queue.requests.length === 0) this.#drained.resolve();
  }

  #replaceIfAbandoned(): void {
    const running = [...this.#running].flatMap((requests) => [...requests]);
    const abandoned = running.length > 0 && running.every((request) => request.settled);
    if (abandoned) this.#options.session.replace("it computes nothing but abandoned work");
  }

  #failAll(error: SidecarError): void {
    for (const request of [...this.#queue.requests]) request.fail(error);
  }
}
