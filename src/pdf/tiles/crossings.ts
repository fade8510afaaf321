import type { Rectangle } from "./crossed-blobs.ts";
import type { Tile } from "./tile.ts";

/** A text that a cut had to cross: both pieces show as much of it as they can. */
export interface Crossing {
  /** Positions in the list of pieces. */
  first: number;
  second: number;
  /** Lines of text that it may hold. */
  lines: number;
  /** How far down it stands in either piece, 0 to 1. */
  firstAt: number;
  secondAt: number;
}

/** A text that is crossed by a cut: one beside it (`sideways`) in a row of pieces, or one between two rows. */
export interface CrossedText {
  blob: Rectangle;
  /** The rows of pieces that it lies in. */
  bands: readonly [number, number];
  sideways: boolean;
}

/** A piece, and the row of pieces that it is in. */
export interface PlacedTile {
  tile: Tile;
  band: number;
}

/** Height of a line of text with the gap below it, in cells. */
const lineCells = 10;

/** The two pieces that a crossed text lies in; none where one of them is not read. */
export function placeCrossing({ blob, bands, sideways }: CrossedText, placed: readonly PlacedTile[]): Crossing[] {
  const x = (blob.left + blob.right) / 2;
  const holding = placed.flatMap(({ tile, band }, index) => {
    if (!bands.includes(band)) return [];
    const reaches = sideways
      ? tile.left < blob.right && tile.left + tile.width > blob.left
      : tile.left <= x && tile.left + tile.width > x;
    return reaches ? [index] : [];
  });
  const [first, second] = sideways
    ? holding
    : [
        holding.find((index) => placed[index]?.band === bands[0]),
        holding.find((index) => placed[index]?.band === bands[1]),
      ];
  if (first === undefined || second === undefined) return [];
  const lines = Math.max(1, Math.round((blob.bottom - blob.top) / lineCells));
  const placeIn = (index: number) => {
    const tile = placed[index]?.tile;
    return tile === undefined ? 0 : ((blob.top + blob.bottom) / 2 - tile.top) / tile.height;
  };
  return [{ first, second, lines, firstAt: placeIn(first), secondAt: placeIn(second) }];
}
