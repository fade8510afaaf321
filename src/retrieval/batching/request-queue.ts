import type { TextGroup } from "../child/messages.ts";
import { type BatchLimits, planBatch } from "./batch-plan.ts";

/** The part of a request that the queue works on. */
export interface Queued {
  readonly group: TextGroup;
  /** Made by the tokeniser, in the order of the texts; undefined until then and again once it was taken to run. */
  readonly sequences: Array<Int32Array | undefined>;
  /** Texts before this one have been given to the tokeniser. */
  nextText: number;
}

/** Some texts of one request, for the tokeniser. */
export interface TextSlice<Request> {
  request: Request;
  from: number;
  group: TextGroup;
}

/** One sequence of a batch and where its result belongs. */
export interface Placed<Request> {
  request: Request;
  index: number;
  ids: Int32Array;
}

export interface QueueBounds {
  maxRequests: number;
  /** UTF-16 code units of all waiting texts together. */
  maxCharacters: number;
}

/**
 * Requests with work that has not run. They take turns: whoever was served goes to the end of the line, so a
 * request of one text waits for one batch of each request before it and never for all of a large one.
 */
export class RequestQueue<Request extends Queued> {
  readonly #bounds: QueueBounds;
  #line: Request[] = [];
  #characters = 0;

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds;
  }

  get requests(): readonly Request[] {
    return this.#line;
  }

  get texts(): number {
    return this.#line.reduce((sum, request) => sum + waitingTexts(request), 0);
  }

  /** False when the queue is full. One request always fits in an empty queue. */
  add(request: Request): boolean {
    const characters = charactersOf(request.group);
    const full =
      this.#line.length >= this.#bounds.maxRequests || this.#characters + characters > this.#bounds.maxCharacters;
    if (full && this.#line.length > 0) return false;
    this.#line.push(request);
    this.#characters += characters;
    return true;
  }

  /** Takes a request out with all that has not run; does nothing when it is not there any more. */
  remove(request: Request): void {
    const place = this.#line.indexOf(request);
    if (place < 0) return;
    this.#line.splice(place, 1);
    this.#characters -= charactersOf(request.group);
  }

  get hasTexts(): boolean {
    return this.#line.some((request) => request.nextText < request.group.texts.length);
  }

  get hasSequences(): boolean {
    return this.#line.some(hasSequence);
  }

  /** The next texts for the tokeniser, in the order of the line, until there are so many characters. */
  takeTexts(maxCharacters: number): TextSlice<Request>[] {
    const slices: TextSlice<Request>[] = [];
    let room = maxCharacters;
    for (const request of this.#line) {
      const from = request.nextText;
      const { query, texts } = request.group;
      while (request.nextText < texts.length && room > 0) {
        room -= texts[request.nextText]?.length ?? 0;
        request.nextText += 1;
      }
      if (request.nextText === from) continue;
      const slice = texts.slice(from, request.nextText);
      slices.push({ request, from, group: query === undefined ? { texts: slice } : { query, texts: slice } });
    }
    return slices;
  }

  /** The next batch, longest sequence first; its first request goes to the end of the line. */
  takeBatch(limits: BatchLimits): Placed<Request>[] {
    const first = this.#line.find(hasSequence);
    if (first === undefined) return [];
    const waiting = this.#line.flatMap((request) =>
      request.sequences.flatMap((ids, index) => (ids === undefined ? [] : [{ request, index, ids }])),
    );
    const lengths = waiting.map(({ ids }) => ids.length);
    const turn = [...waiting.keys()].filter((index) => waiting[index]?.request === first);
    const batch = planBatch(lengths, turn, limits).flatMap((index) => waiting[index] ?? []);
    for (const { request, index } of batch) request.sequences[index] = undefined;
    this.#line = [...this.#line.filter((request) => request !== first), first];
    return batch;
  }
}

const hasSequence = (request: Queued) => request.sequences.some((ids) => ids !== undefined);

const waitingTexts = ({ group, nextText, sequences }: Queued) =>
  group.texts.length - nextText + sequences.filter((ids) => ids !== undefined).length;

const charactersOf = ({ query = "", texts }: TextGroup) => texts.reduce((sum, text) => sum + text.length, query.length);
