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

/**
 * Finished pages, in memory only: bounded in bytes (the least recently used goes first) and in time. A caller
 * that gave up and asks again finds here what was read in the meantime.
 */
export class PageCache<Reading> {
  readonly #options: PageCacheOptions<Reading>;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry<Reading>>();
  #bytes = 0;

  constructor(options: PageCacheOptions<Reading>) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Whether anything can be kept at all. */
  get enabled(): boolean {
    return this.#options.maxBytes > 0;
  }

  get status(): { pages: number; bytes: number } {
    return { pages: this.#entries.size, bytes: this.#bytes };
  }

  find(key: ReadingKey): KeptReading<Reading> | undefined {
    const exact = this.#alive(idOf(key));
    if (exact !== undefined) return { reading: exact.reading, otherInstructions: false };
    if (!key.bare) return undefined;
    const samePage = [...this.#entries.values()].filter((entry) => entry.key.page === key.page);
    const whole = samePage.findLast((entry) => this.#options.isWhole?.(entry.reading) ?? true);
    const similar = whole ?? samePage.at(-1);
    const entry = similar === undefined ? undefined : this.#alive(idOf(similar.key));
    return entry === undefined ? undefined : { reading: entry.reading, otherInstructions: true };
  }

  keep(key: ReadingKey, reading: Reading): void {
    const id = idOf(key);
    this.#remove(id);
    const bytes = this.#options.bytesOf(reading) + id.length;
    if (bytes > this.#options.maxBytes) return;
    this.#entries.set(id, { key, reading, bytes, expiresAtMs: this.#now() + this.#options.ttlMs });
    this.#bytes += bytes;
    this.#evict();
  }

  #alive(id: string): Entry<Reading> | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    if (entry.expiresAtMs <= this.#now()) {
      this.#remove(id);
      return undefined;
    }
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry;
  }

  #evict(): void {
    const now = this.#now();
    for (const [id, entry] of this.#entries) {
      if (entry.expiresAtMs <= now || this.#bytes > this.#options.maxBytes) this.#remove(id);
    }
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#bytes -= entry.bytes;
  }
}

/** Whether a reading under `offered` answers a caller who asks for `wanted`. */
export const answers = (offered: ReadingKey, wanted: ReadingKey): boolean =>
  offered.page === wanted.page && (wanted.bare || offered.instructions === wanted.instructions);

const idOf = (key: ReadingKey) => `${key.page}|${key.instructions}`;
