import { type ReadonlySignal, signal } from "@preact/signals";
import type { Fault } from "../reading/run.ts";

/** A page as the model sees it. */
export interface PagePicture {
  /** Of an object of this tab. */
  url: string;
  /** Degrees the page was turned clockwise. */
  rotation: number;
  /** Pieces that the page is read in; undefined where one picture shows it. */
  tiles: number | undefined;
  warnings: readonly string[];
}

export type PictureState =
  | { state: "loading" }
  | { state: "shown"; picture: PagePicture }
  | { state: "failed"; fault: Fault };

/** What a picture shows. */
export interface PictureKey {
  documentId: number;
  page: number;
  /** From 1; 0: the whole page. */
  tile: number;
}

export interface PicturesOptions {
  load(key: PictureKey, signal: AbortSignal): Promise<PagePicture>;
  toFault(error: unknown): Fault;
  /** Called for each picture that is let go. */
  forget(picture: PagePicture): void;
  /** Pictures that are kept. */
  maxPictures?: number;
}

export interface Pictures {
  /** What is known of a picture; undefined until it is wanted. */
  look(key: PictureKey): PictureState | undefined;
  /** What is wanted now, the most urgent first. What was wanted before and is not any more is given up. */
  want(keys: readonly PictureKey[]): void;
  /** Grows whenever `look` may say something new. */
  version: ReadonlySignal<number>;
}

const defaultMaxPictures = 20;

const wordOf = ({ documentId, page, tile }: PictureKey): string => `${documentId} ${page} ${tile}`;

/** Fetches pictures one at a time and keeps those that were looked at last. */
export function createPictures({ load, toFault, forget, maxPictures = defaultMaxPictures }: PicturesOptions): Pictures {
  /** Looked at longest ago first. */
  const held = new Map<string, PictureState>();
  const version = signal(0);
  let wanted: readonly PictureKey[] = [];
  let loading: { word: string; stop: AbortController } | undefined;

  const put = (word: string, state: PictureState) => {
    held.delete(word);
    held.set(word, state);
    for (const [oldest, { state: kind }] of held) {
      if (held.size <= maxPictures) break;
      if (kind !== "loading") drop(oldest);
    }
    version.value += 1;
  };
  const drop = (word: string) => {
    const state = held.get(word);
    held.delete(word);
    if (state?.state === "shown") forget(state.picture);
  };

  async function loadNext(): Promise<void> {
    const next = wanted.find((key) => held.get(wordOf(key)) === undefined);
    if (loading !== undefined || next === undefined) return;
    const word = wordOf(next);
    const stop = new AbortController();
    loading = { word, stop };
    put(word, { state: "loading" });
    try {
      put(word, { state: "shown", picture: await load(next, stop.signal) });
    } catch (error) {
      if (stop.signal.aborted) held.delete(word);
      else put(word, { state: "failed", fault: toFault(error) });
    }
    loading = undefined;
    void loadNext();
  }

  return {
    version,
    look: (key) => held.get(wordOf(key)),
    want: (keys) => {
      wanted = keys;
      for (const key of [...keys].reverse()) {
        const state = held.get(wordOf(key));
        if (state?.state === "failed") held.delete(wordOf(key));
        else if (state !== undefined) {
          held.delete(wordOf(key));
          held.set(wordOf(key), state);
        }
      }
      if (loading !== undefined && !keys.some((key) => wordOf(key) === loading?.word)) loading.stop.abort();
      void loadNext();
    },
  };
}

/** Larger documents are not sent for pages that nobody looks at yet. */
const maxAheadBytes = 10_000_000;

/**
 * The page that is looked at, then its neighbours.
 *
 * @param bytes of the document, which is sent with each question
 */
export function wantedPictures(
  { documentId, page, tile }: PictureKey,
  pages: readonly number[],
  bytes: number,
): PictureKey[] {
  const place = pages.indexOf(page);
  const near = place < 0 || bytes > maxAheadBytes ? [] : [pages[place + 1], pages[place - 1]];
  return [
    { documentId, page, tile },
    ...near.filter((held) => held !== undefined).map((neighbour) => ({ documentId, page: neighbour, tile: 0 })),
  ];
}
