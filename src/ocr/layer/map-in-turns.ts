import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Maps one item after the other, each in a turn of the event loop of its own, so that many of them hold nobody up.
 *
 * @throws the signal's reason between two items
 */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  signal: AbortSignal,
  map: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    if (results.length > 0) await nextTurn();
    signal.throwIfAborted();
    results.push(map(item));
  }
  return results;
}
