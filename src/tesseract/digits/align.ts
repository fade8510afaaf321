/** Places in the two sequences that belong together; one is absent where the other sequence has something more. */
export interface Pair {
  row: number | undefined;
  column: number | undefined;
}

/**
 * The cheapest way to pair two sequences in order (Needleman and Wunsch, 1970): `cost` of a pair, and `leaveOut` for each
 * member that is left alone.
 */
export function align(
  rows: number,
  columns: number,
  cost: (row: number, column: number) => number,
  leaveOut: number,
): Pair[] {
  const width = columns + 1;
  const totals = new Float64Array((rows + 1) * width);
  /** Whether the best way to a place pairs, leaves a row out, or leaves a column out. */
  const steps = new Uint8Array(totals.length);
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      if (row === 0 && column === 0) continue;
      const ways = [
        row > 0 && column > 0
          ? (totals[(row - 1) * width + column - 1] ?? 0) + cost(row - 1, column - 1)
          : Number.POSITIVE_INFINITY,
        row > 0 ? (totals[(row - 1) * width + column] ?? 0) + leaveOut : Number.POSITIVE_INFINITY,
        column > 0 ? (totals[row * width + column - 1] ?? 0) + leaveOut : Number.POSITIVE_INFINITY,
      ];
      const least = Math.min(...ways);
      totals[row * width + column] = least;
      steps[row * width + column] = ways.indexOf(least);
    }
  }
  const pairs: Pair[] = [];
  let [row, column] = [rows, columns];
  while (row > 0 || column > 0) {
    const step = steps[row * width + column];
    if (step !== 2) row -= 1;
    if (step !== 1) column -= 1;
    pairs.push({ row: step === 2 ? undefined : row, column: step === 1 ? undefined : column });
  }
  return pairs.reverse();
}
