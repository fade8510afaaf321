import { type InferenceChild, OperationFailed } from "../child/inference-child.ts";
import type { RunAnswer } from "../child/messages.ts";
import { packSequences, paddedLength, unpackSequences } from "../child/sequences.ts";
import { inferenceFailed } from "../faults.ts";
import type { ModelSession } from "../models/model-session.ts";
import type { BatchLimits } from "./batch-plan.ts";
import type { PendingRequest } from "./pending-request.ts";
import type { Placed, TextSlice } from "./request-queue.ts";

/** One batch that was computed, for metrics. */
export interface BatchRecord {
  sequences: number;
  tokens: number;
  paddedTokens: number;
  ms: number;
}

export interface ChildOperationsOptions<Result> {
  session: Pick<ModelSession, "proved" | "replace">;
  /** What callers know the model as, such as `embedding model`. */
  name: string;
  limits: BatchLimits;
  /** After which an operation that has not ended never will. */
  timeoutMs: number;
  /** The results of `count` sequences from what the child answered. */
  unpack(answer: RunAnswer, count: number): Result[];
  onBatch(record: BatchRecord): void;
  now(): number;
}

type Batch<Result> = ReadonlyArray<Placed<PendingRequest<Result>>>;

/**
 * Has a child do the work of requests, and gives them what comes of it. What goes wrong in an operation is the fault of its
 * requests and of no others; a child whose operation does not end, or that works for nobody, is replaced.
 */
export class ChildOperations<Result> {
  readonly #options: ChildOperationsOptions<Result>;
  /** Requests with work in the child right now, by operation. */
  readonly #running = new Set<ReadonlySet<PendingRequest<Result>>>();

  constructor(options: ChildOperationsOptions<Result>) {
    this.#options = options;
  }

  /** Has texts cut into tokens. Never rejects. */
  async tokenise(child: InferenceChild, slices: ReadonlyArray<TextSlice<PendingRequest<Result>>>): Promise<void> {
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
  }

  /** Has a batch computed. Never rejects. */
  async compute(child: InferenceChild, batch: Batch<Result>): Promise<void> {
    const requests = new Set(batch.map(({ request }) => request));
    for (const request of requests) request.enter("computing");
    await this.#guarded(requests, () => this.#runTogether(child, batch, requests));
    for (const request of requests) request.enter("waiting");
  }

  /** To be called when a request was given up while it was computed. */
  replaceIfAbandoned(): void {
    const running = [...this.#running].flatMap((requests) => [...requests]);
    const abandoned = running.length > 0 && running.every((request) => request.settled);
    if (abandoned) this.#options.session.replace("it computes nothing but abandoned work");
  }

  /** What cannot be computed together is computed for each request by itself: one text spoils nothing for other callers. */
  async #runTogether(
    child: InferenceChild,
    batch: Batch<Result>,
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

  async #run(child: InferenceChild, batch: Batch<Result>): Promise<void> {
    const { session, limits, unpack, onBatch, now } = this.#options;
    const startedAt = now();
    const { ids, lengths } = packSequences(batch.map((placed) => placed.ids));
    const results = unpack(await child.run(ids, lengths), batch.length);
    session.proved();
    results.forEach((result, row) => {
      const place = batch[row];
      place?.request.computed(place.index, result);
    });
    const paddedTokens = batch.length * paddedLength(Math.max(...lengths), limits.lengthMultiple);
    onBatch({ sequences: batch.length, tokens: ids.length, paddedTokens, ms: now() - startedAt });
  }

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
}
