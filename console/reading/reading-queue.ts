import type { Signal } from "@preact/signals";
import {
  type DocumentEntry,
  nextRunName,
  type Order,
  type RunName,
  replaceDocument,
  trimDocuments,
} from "./documents.ts";
import { type RunEvent, reduceRun } from "./reduce-run.ts";
import { beginRun, type Fault } from "./run.ts";

export interface ReadingQueueOptions {
  documents: Signal<readonly DocumentEntry[]>;
  /** Reads one document to its end, and never rejects; aborting the signal ends the work of the service. */
  read(file: File, order: Order, signal: AbortSignal, tell: (events: readonly RunEvent[]) => void): Promise<void>;
  /** The document that is looked at, which stays in the list. */
  shownId(): number | undefined;
  onBegin(id: number, name: RunName): void;
  onNews(id: number): void;
  onEnd(id: number, fault: Fault | undefined): void;
}

export interface ReadingQueue {
  /** Adds documents and returns their ids. */
  add(files: readonly File[], order: Order): number[];
  remove(id: number): void;
  /** Stops the reading of a document, or its waiting. */
  stop(id: number): void;
  readAgain(id: number, order: Order): void;
  /** The latest reading becomes the one that later ones are compared with. */
  keepAsBase(id: number): void;
}

/** Reads documents one at a time, so that the first is finished first. */
export function createReadingQueue(options: ReadingQueueOptions): ReadingQueue {
  const { documents, read, shownId, onBegin, onNews, onEnd } = options;
  let lastId = 0;
  let reading: { id: number; stop: AbortController } | undefined;

  const change = (id: number, next: (entry: DocumentEntry) => DocumentEntry) => {
    documents.value = replaceDocument(documents.value, id, next);
  };

  async function readNext(): Promise<void> {
    const entry = documents.value.find(({ state }) => state === "waiting");
    if (reading !== undefined || entry === undefined) return;
    const { id, file, next } = entry;
    const name = nextRunName(entry);
    const stop = new AbortController();
    reading = { id, stop };
    change(id, (held) => ({ ...held, state: "reading", [name]: beginRun(next.fields, next.notes, Date.now()) }));
    onBegin(id, name);
    await read(file, next, stop.signal, (events) => {
      change(id, (held) => {
        const before = held[name];
        return before === undefined ? held : { ...held, [name]: reduceRun(before, events) };
      });
      onNews(id);
    });
    reading = undefined;
    change(id, (held) => ({ ...held, state: "idle" }));
    onEnd(id, documents.value.find((held) => held.id === id)?.[name]?.fault);
    documents.value = trimDocuments(documents.value, shownId());
    void readNext();
  }

  return {
    add: (files, order) => {
      const added = files.map((file): DocumentEntry => {
        lastId += 1;
        return { id: lastId, file, next: order, state: "waiting" };
      });
      documents.value = trimDocuments([...documents.value, ...added], shownId());
      void readNext();
      return added.map(({ id }) => id);
    },
    remove: (id) => {
      if (reading?.id === id) reading.stop.abort();
      documents.value = documents.value.filter((entry) => entry.id !== id);
    },
    stop: (id) => {
      if (reading?.id === id) reading.stop.abort();
      else change(id, (held) => (held.state === "waiting" ? { ...held, state: "idle" } : held));
    },
    readAgain: (id, order) => {
      change(id, (held) => (held.state === "idle" ? { ...held, state: "waiting", next: order } : held));
      void readNext();
    },
    keepAsBase: (id) => change(id, ({ b, ...held }) => (b === undefined ? held : { ...held, a: b })),
  };
}
