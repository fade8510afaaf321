const firstMs = 100;
const longestMs = 30_000;

/** How long to wait with the next start after so many ends in a row, at least one: 0.1 s, doubling, to half a minute. */
export const backOffMs = (endsInRow: number): number => Math.min(longestMs, firstMs * 2 ** (endsInRow - 1));
