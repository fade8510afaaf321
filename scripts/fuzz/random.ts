/** A source of random choices that is the same for the same seed. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  int(below: number): number;
  /** True in so many of a hundred cases. */
  percent(share: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** mulberry32 by Tommy Ettinger (public domain): 32 bits of state are plenty for a case of some hundred choices. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const int = (below: number) => next() % Math.max(1, below);
  return {
    int,
    percent: (share) => int(100) < share,
    pick: ([first, ...others]) => others[int(others.length + 1) - 1] ?? first,
  };
}

/** The seed of one case of a run, so that each can be replayed alone. */
export const seedOfCase = (seed: number, index: number) => Math.imul(seed ^ 0x9e3779b9, index + 0x85ebca6b) >>> 0;
