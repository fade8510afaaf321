/** Remembers, for a while, what processes have died of. */
export interface Refusals {
  /** Notes that a process died of these bytes. */
  processDied(sha256: string): void;
  /** Seconds for which these bytes are still refused; `undefined` when they are not. */
  secondsLeft(sha256: string): number | undefined;
}

export interface RefusalOptions {
  /** Deaths after which bytes are refused. */
  deaths: number;
  /** How long deaths are remembered, counted from the last one. */
  rememberMs: number;
  /** Entries remembered; beyond them the oldest is forgotten. */
  maxEntries: number;
  /** Milliseconds on any clock that never runs backwards. */
  now: () => number;
}

export function createRefusals({ deaths, rememberMs, maxEntries, now }: RefusalOptions): Refusals {
  const known = new Map<string, { deaths: number; until: number }>();
  const current = (sha256: string) => {
    const entry = known.get(sha256);
    return entry !== undefined && entry.until > now() ? entry : undefined;
  };
  return {
    processDied(sha256) {
      const entry = { deaths: (current(sha256)?.deaths ?? 0) + 1, until: now() + rememberMs };
      known.delete(sha256);
      known.set(sha256, entry);
      const oldest = known.keys().next();
      if (known.size > maxEntries && !oldest.done) known.delete(oldest.value);
    },
    secondsLeft(sha256) {
      const entry = current(sha256);
      return entry === undefined || entry.deaths < deaths ? undefined : Math.ceil((entry.until - now()) / 1000);
    },
  };
}
