/** Share of a piece in which the cut to the next is sought, at least. */
const zoneShare = 0.2;
/** Share of a piece that a title block of ISO 7200 takes in its lower right corner: 200 of 352 mm at 130 dpi. */
const titleBlockShare = 0.57;
const narrowestZone = 40;

/** A stretch of a row or column of pieces, in cells. */
export interface Range {
  from: number;
  to: number;
}

/** How many pieces a length needs. */
export const piecesFor = (length: number, piece: number): number =>
  length <= piece ? 1 : Math.ceil((length - zoneShare * piece) / (piece * (1 - zoneShare)));

/**
 * Where the cuts between the pieces of a length may lie: as far as both neighbours reach, no zone into the next, and
 * the last one not into the title block.
 */
export function seamZones({ from, to }: Range, piece: number): Range[] {
  const count = piecesFor(to - from, piece);
  if (count === 1) return [];
  const step = (to - from - piece) / (count - 1);
  return Array.from({ length: count - 1 }, (_, index) => {
    const middle = from + index * step + (step + piece) / 2;
    const half = count === 2 ? (piece - step) / 2 : Math.min((piece - step) / 2, step / 2 - 1);
    const zone = { from: Math.ceil(middle - half), to: Math.floor(middle + half) };
    if (index < count - 2) return zone;
    return {
      from: zone.from,
      to: Math.max(Math.min(zone.to, Math.floor(to - titleBlockShare * piece)), zone.from + narrowestZone),
    };
  });
}
