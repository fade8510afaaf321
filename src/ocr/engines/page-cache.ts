/** What identifies a reading: the picture and the model that saw it, and everything that was said to the model. */
export interface ReadingKey {
  /** Digest of the rendered page and of the model that reads it. */
  page: string;
  /** Digest of prompt, tags, system prompt and parameters. */
  instructions: string;
  /** The caller named no system prompt, tags or parameters: any reading of the page that it has asked for will do. */
  bare: boolean;
  /** Who asks. */
  caller: string;
}

export interface KeptReading<Reading> {
  reading: Reading;
  /** The reading was made under other instructions than this caller's, who gave none. */
  otherInstructions: boolean;
}

interface Entry<Reading> {
  key: ReadingKey;
  reading: Reading;
  /** Who has asked for this very reading. */
  askedBy: Set<string>;
  bytes: number;
  expiresAtMs: number;
}

export interface PageCacheOptions<Reading> {
  maxBytes: number;
  ttlMs: number;
  bytesOf(reading: Reading): number;
  /** Whether a reading was not cut short; who gives no instructions gets no other reading. */
  isWhole?(reading: Reading): boolean;
  /** Milliseconds on a clock that never runs backwards. */
  now?: () => number;
}

export interface PageCache<Reading> {
  /** Whether anything can be kept at all. */
  readonly enabled: boolean;
  find(key: ReadingKey): KeptReading<Reading> | undefined;
  /** @param askedBy who has asked for it while it was made */
  keep(key: ReadingKey, reading: Reading, askedBy: Iterable<string>): void;
  status(): { pages: number; bytes: number };
}

/** Callers that are remembered of one reading; more of them read it again, should they ask for it without instructions. */
const maxCallers = 64;

/**
 * Finished pages, in memory only: bounded in bytes (the least recently used goes first) and in time. A caller
 * that gave up and asks again finds here what was read in the meantime.
 */
export function createPageCache<Reading>(options: PageCacheOptions<Reading>): PageCache<Reading> {
  const { maxBytes, ttlMs, bytesOf, isWhole = () => true, now = () => performance.now() } = options;
  const entries = new Map<string, Entry<Reading>>();
  let heldBytes = 0;

  function find(key: ReadingKey): KeptReading<Reading> | undefined {
    const exact = use(idOf(key));
    if (exact !== undefined) {
      if (exact.askedBy.size < maxCallers) exact.askedBy.add(key.caller);
      return { reading: exact.reading, otherInstructions: false };
    }
    const nowMs = now();
    const similar = [...entries.values()].findLast(
      (entry) => entry.expiresAtMs > nowMs && answers(entry.key, entry.askedBy, key) && isWhole(entry.reading),
    );
    const entry = similar === undefined ? undefined : use(idOf(similar.key));
    return entry === undefined ? undefined : { reading: entry.reading, otherInstructions: true };
  }

  function keep(key: ReadingKey, reading: Reading, askedBy: Iterable<string>): void {
    const id = idOf(key);
    const callers = new Set([...(entries.get(id)?.askedBy ?? []), ...askedBy]);
    remove(id);
    const bytes = bytesOf(reading) + id.length;
    if (bytes > maxBytes) return;
    entries.set(id, { key, reading, askedBy: callers, bytes, expiresAtMs: now() + ttlMs });
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

/**
 * Whether a reading under `offered`, which these callers have asked for, answers one who asks for `wanted`: under equal
 * instructions it is everybody's; under others it is nobody else's, whose prompt would then write a stranger's text.
 */
export const answers = (offered: ReadingKey, askedBy: ReadonlySet<string>, wanted: ReadingKey): boolean =>
  offered.page === wanted.page &&
  (offered.instructions === wanted.instructions || (wanted.bare && askedBy.has(wanted.caller)));

const idOf = (key: ReadingKey) => `${key.page}|${key.instructions}`;
