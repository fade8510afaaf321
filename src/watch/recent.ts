export interface RecentOptions {
  /** How long an item is kept. */
  keepMs: number;
  /** Beyond it the oldest goes. */
  maxItems: number;
  /** Milliseconds since 1970. */
  now?(): number;
}

/** What happened lately. */
export interface Recent<Item> {
  add(item: Item): void;
  /** Oldest first. */
  items(): Item[];
  /** From when on nothing is missing: the service may be younger than what is kept, and items may have been too many. */
  wholeSinceMs(): number;
}

export function createRecent<Item extends { atMs: number }>(options: RecentOptions): Recent<Item> {
  const { keepMs, maxItems, now = Date.now } = options;
  let kept: Item[] = [];
  let wholeSinceMs = now();
  return {
    add(item) {
      kept.push(item);
      if (kept.length <= maxItems) return;
      wholeSinceMs = Math.max(wholeSinceMs, kept.shift()?.atMs ?? 0);
    },
    items() {
      const oldestMs = now() - keepMs;
      kept = kept.filter(({ atMs }) => atMs >= oldestMs);
      return kept.toSorted((one, other) => one.atMs - other.atMs);
    },
    wholeSinceMs: () => Math.max(wholeSinceMs, now() - keepMs),
  };
}
