/** What identifies a reading: the picture and the model that saw it, and everything that was said to the model. */
export interface ReadingKey {
  /** Digest of the rendered page and of the model that reads it. */
  page: string;
  /** Digest of prompt, tags, system prompt and parameters. */
  instructions: string;
  /** The caller named no system prompt, tags or parameters: any reading of the page will do. */
  bare: boolean;
}

export interface KeptReading<Reading> {
  reading: Reading;
  /** The reading was made under other instructions than this caller's, who gave none. */
  otherInstructions: boolean;
}

interface Entry<Reading> {
  key: ReadingKey;
  reading: Reading;
  bytes: number;
  expiresAtMs: number;
}

export interface PageCacheOptions<Reading> {
  maxBytes: number;
  ttlMs: number;
  bytesOf(reading: Reading): number;
  /** Whether a reading was not cut short; who gives no instructions gets a whole one where there is one. */
  isWhole?(reading: Reading): boolean;
  now?: () => number;
}

export interface PageCache<Reading> {
  /** Whether anything can be kept at all. */
  readonly enabled: boolean;
  find(key: ReadingKey): KeptReading<Reading> | undefined;
  keep(key: ReadingKey, reading: Reading): void;
  status(): { pages: number; bytes: number };
}

/**
 * Finished pages, in memory only: bounded in bytes (the least recently used goes first) and in time. A caller
 * that gave up and asks again finds here what was read in the meantime.
 */
export function createPageCache<Reading>(options: PageCacheOptions<Reading>): PageCache<Reading> {
  const { maxBytes, ttlMs, bytesOf, isWhole = () => true, now = Date.now } = options;
  const entries = new Map<string, Entry<Reading>>();
  let heldBytes = 0;

  function find(key: ReadingKey): KeptReading<Reading> | undefined {
    const exact = use(idOf(key));
    if (exact !== undefined) return { reading: exact.reading, otherInstructions: false };
    if (!key.bare) return undefined;
    const samePage = [...entries.values()].filter((entry) => entry.key.page === key.page);
    const similar = samePage.findLast(({ reading }) => isWhole(reading)) ?? samePage.at(-1);
    const entry = similar === undefined ? undefined : use(idOf(similar.key));
    return entry === undefined ? undefined : { reading: entry.reading, otherInstructions: true };
  }

  function keep(key: ReadingKey, reading: Reading): void {
    const id = idOf(key);
    remove(id);
    const bytes = bytesOf(reading) + id.length;
    if (bytes > maxBytes) return;
    entries.set(id, { key, reading, bytes, expiresAtMs: now() + ttlMs });
    heldBytes += bytes;
    evict();
  }

  /** The entry, if its time is not over, which is now the one most recently used. */
  function use(id: string): Entry<Reading> | undefined {
    const entry = entries.get(id);
    if (entry === undefined) return undefined;
    if (entry.expiresAtMs <= now()) {
      remove(id);
      return undefined;
    }
    entries.delete(id);
    entries.set(id, entry);
    return entry;
  }

  function evict(): void {
    const nowMs = now();
    for (const [id, entry] of entries) {
      if (entry.expiresAtMs <= nowMs || heldBytes > maxBytes) remove(id);
    }
  }

  function remove(id: string): void {
    const entry = entries.get(id);
    if (entry === undefined) return;
    entries.delete(id);
    heldBytes -= entry.bytes;
  }

  return { enabled: maxBytes > 0, find, keep, status: () => ({ pages: entries.size, bytes: heldBytes }) };
}

/** Whether a reading under `offered` answers a caller who asks for `wanted`. */
export const answers = (offered: ReadingKey, wanted: ReadingKey): boolean =>
  offered.page === wanted.page && (wanted.bare || offered.instructions === wanted.instructions);

const idOf = (key: ReadingKey) => `${key.page}|${key.instructions}`;
