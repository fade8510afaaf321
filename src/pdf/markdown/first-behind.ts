/** Place of the first of ascending numbers that is greater than `bound`, by halves; their count if none is. */
export function firstBehind(ascending: readonly number[], bound: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] ?? 0) <= bound) from = middle + 1;
    else to = middle;
  }
  return from;
}
