import type { OcrFields } from "../../src/client.ts";
import { type Run, sizeOf } from "./run.ts";

/** A document of this tab. */
export interface DocumentEntry {
  id: number;
  /** Where it lies on the user's disk; its bytes are read when they are sent. */
  file: File;
  /** What the next reading asks for; set when the document was added, or read again. */
  next: Order;
  state: "waiting" | "reading" | "idle";
  /** The first reading, which later ones are compared with. */
  a?: Run;
  /** The latest reading after it. */
  b?: Run;
}

/** What a reading is asked for. */
export interface Order {
  fields: OcrFields;
  notes: readonly string[];
}

export type RunName = "a" | "b";

export interface DocumentBounds {
  /** Documents in the list. */
  maxDocuments: number;
  /** UTF-16 units of all texts that are kept. */
  maxUnits: number;
}

/** A tab that is left open for days stays as small as one that was opened just now. */
const documentBounds: DocumentBounds = { maxDocuments: 50, maxUnits: 20_000_000 };

/**
 * The list without the documents that were read longest ago, as far as it is too long or holds too much text. What
 * waits, what is read, and the one that is looked at stay.
 */
export function trimDocuments(
  documents: readonly DocumentEntry[],
  shownId: number | undefined,
  { maxDocuments, maxUnits }: DocumentBounds = documentBounds,
): readonly DocumentEntry[] {
  const kept = [...documents];
  const units = (entry: DocumentEntry) => (entry.a ? sizeOf(entry.a) : 0) + (entry.b ? sizeOf(entry.b) : 0);
  let sum = kept.reduce((total, entry) => total + units(entry), 0);
  while (kept.length > maxDocuments || sum > maxUnits) {
    const place = kept.findIndex(({ state, id }) => state === "idle" && id !== shownId);
    if (place < 0) break;
    for (const entry of kept.splice(place, 1)) sum -= units(entry);
  }
  return kept;
}

/** Where the next reading of a document is kept: the first is A, every later one B. */
export const nextRunName = (entry: Pick<DocumentEntry, "a">): RunName => (entry.a === undefined ? "a" : "b");

export const replaceDocument = (
  documents: readonly DocumentEntry[],
  id: number,
  next: (entry: DocumentEntry) => DocumentEntry,
): readonly DocumentEntry[] => documents.map((entry) => (entry.id === id ? next(entry) : entry));

/** The reading that is shown of a document: the one chosen, or the one there is. */
export function shownRun(entry: DocumentEntry, chosen: RunName): { name: RunName; run: Run } | undefined {
  const wanted = entry[chosen];
  if (wanted !== undefined) return { name: chosen, run: wanted };
  const other = chosen === "a" ? "b" : "a";
  const run = entry[other];
  return run === undefined ? undefined : { name: other, run };
}
