import { SidecarError } from "../errors.ts";
import { refusedDocument } from "./document-faults.ts";

/** Remembers, for a while, documents that workers have died of. */
export interface Refusals {
  /** Notes that a worker died of these bytes. */
  workerDied(sha256: string): void;
  /** @throws SidecarError `document_refused` while a document is refused. */
  check(sha256: string): void;
}

export interface RefusalOptions {
  /** Deaths after which a document is refused. */
  deaths: number;
  /** How long deaths are remembered, counted from the last one. */
  rememberMs: number;
  /** Documents remembered; beyond them the oldest is forgotten. */
  maxDocuments: number;
  /** Milliseconds on any clock that never runs backwards. */
  now: () => number;
}

export function createRefusals({ deaths, rememberMs, maxDocuments, now }: RefusalOptions): Refusals {
  const known = new Map<string, { deaths: number; until: number }>();
  const current = (sha256: string) => {
    const entry = known.get(sha256);
    return entry !== undefined && entry.until > now() ? entry : undefined;
  };
  return {
    workerDied(sha256) {
      const entry = { deaths: (current(sha256)?.deaths ?? 0) + 1, until: now() + rememberMs };
      known.delete(sha256);
      known.set(sha256, entry);
      const oldest = known.keys().next();
      if (known.size > maxDocuments && !oldest.done) known.delete(oldest.value);
    },
    check(sha256) {
      const entry = current(sha256);
      if (entry === undefined || entry.deaths < deaths) return;
      const retryAfterSeconds = Math.ceil((entry.until - now()) / 1000);
      throw new SidecarError("document_refused", refusedDocument, { retryAfterSeconds });
    },
  };
}
