import { paddedLength } from "../child/sequences.ts";
import type { TextGroup } from "../child/tokenise-messages.ts";
import { type BatchLimits, planBatch } from "./batch-plan.ts";
import { chooseTurn, isBatchAtMost, type RequestSize, sizeOf } from "./turn.ts";

/** The part of a request that the queue works on. */
export interface Queued {
  readonly group: TextGroup;
  /** When it came, in milliseconds of any clock: its place in the line. */
  readonly arrivedMs: number;
  /** Made by the tokeniser, in the order of the texts; undefined until then and again once it was taken to run. */
  readonly sequences: Array<Int32Array | undefined>;
  /** Texts before this one have been given to the tokeniser. */
  nextText: number;
  /** How many came back from it. */
  readonly tokenisedTexts: number;
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

/** Requests with work that has not run, in the order in which they came; `chooseTurn` says whose batch goes next. */
export class RequestQueue<Request extends Queued> {
  readonly #bounds: QueueBounds;
  readonly #limits: BatchLimits;
  readonly #line: Request[] = [];
  #characters = 0;
  /** Who had the last turn. */
  #before: RequestSize | undefined;

  constructor(bounds: QueueBounds, limits: BatchLimits) {
    this.#bounds = bounds;
    this.#limits = limits;
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
    const later = this.#line.findLastIndex(({ arrivedMs }) => arrivedMs <= request.arrivedMs) + 1;
    this.#line.splice(later, 0, request);
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

  /** Whether a request has texts for the tokeniser and no more to run than one batch. */
  get hasTexts(): boolean {
    return this.#line.some((request) => this.#needsTokens(request));
  }

  /** Tokens of all sequences that wait, each with the padding that it needs in any batch. */
  get tokens(): number {
    const { lengthMultiple } = this.#limits;
    return this.#line.flatMap(sequencesOf).reduce((sum, { ids }) => sum + paddedLength(ids.length, lengthMultiple), 0);
  }

  get hasSequences(): boolean {
    return this.#line.some(hasSequence);
  }

  /**
   * The next texts for the tokeniser, until there are so many characters: of every request that has no more to run
   * than one batch one text in turn, so that a small request does not wait for all of a large one.
   */
  takeTexts(maxCharacters: number): TextSlice<Request>[] {
    const taking = this.#line
      .filter((request) => this.#needsTokens(request))
      .map((request) => ({ request, from: request.nextText }));
    let room = maxCharacters;
    for (let took = true; took && room > 0; ) {
      took = false;
      for (const { request } of taking) {
        const text = request.group.texts[request.nextText];
        if (text === undefined || room <= 0) continue;
        room -= text.length;
        request.nextText += 1;
        took = true;
      }
    }
    return taking
      .filter(({ request, from }) => request.nextText > from)
      .map(({ request, from }) => ({ request, from, group: sliceOf(request.group, from, request.nextText) }));
  }

  /**
   * The next batch, longest sequence first. Small requests may join that of another; large ones wait for their turn.
   *
   * @param maxTokens less than a batch may have at most
   */
  takeBatch(maxTokens = this.#limits.maxPaddedTokens): Placed<Request>[] {
    const limits = { ...this.#limits, maxPaddedTokens: Math.min(maxTokens, this.#limits.maxPaddedTokens) };
    const waiting = this.#line.filter(hasSequence);
    const sizes = waiting.map((request) => sizeOf(remainingOf(request), limits));
    const turn = chooseTurn(sizes, this.#before);
    if (turn === undefined) return [];
    this.#before = turn.size;
    const isOwn = (place: number) => place === turn.place;
    const places = waiting.flatMap((request, place) =>
      isOwn(place) || sizes[place] === "small"
        ? sequencesOf(request).map((placed) => ({ placed, own: isOwn(place) }))
        : [],
    );
    const own = [...places.keys()].filter((index) => places[index]?.own);
    const lengths = places.map(({ placed }) => placed.ids.length);
    const batch = planBatch(lengths, own, limits).flatMap((index) => places[index]?.placed ?? []);
    for (const { request, index } of batch) request.sequences[index] = undefined;
    return batch;
  }

  #needsTokens(request: Request): boolean {
    const { lengths } = remainingOf(request);
    return request.nextText < request.group.texts.length && isBatchAtMost(lengths, this.#limits);
  }
}

const hasSequence = (request: Queued) => request.sequences.some((ids) => ids !== undefined);

const sequencesOf = <Request extends Queued>(request: Request): Placed<Request>[] =>
  request.sequences.flatMap((ids, index) => (ids === undefined ? [] : [{ request, index, ids }]));

const remainingOf = (request: Queued) => ({
  lengths: sequencesOf(request).map(({ ids }) => ids.length),
  texts: request.group.texts.length - request.tokenisedTexts,
});

const sliceOf = ({ query, texts }: TextGroup, from: number, to: number): TextGroup =>
  query === undefined ? { texts: texts.slice(from, to) } : { query, texts: texts.slice(from, to) };

const waitingTexts = ({ group, nextText, sequences }: Queued) =>
  group.texts.length - nextText + sequences.filter((ids) => ids !== undefined).length;

const charactersOf = ({ query = "", texts }: TextGroup) => texts.reduce((sum, text) => sum + text.length, query.length);
