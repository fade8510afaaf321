import { align, type Pair } from "./align.ts";
import { readOverOthers } from "./digit-certainty.ts";
import { isThaiDigit } from "./judge-glyph.ts";
import type { LineSymbol } from "./line-symbols.ts";
import type { SeenGlyph, SeenGlyphs } from "./seen-glyphs.ts";

/** What letters cost beside a digit that they may be taken for, of what a Thai letter does. */
const mistakenShare = 0.3;

/** Costs of pairing a symbol with a glyph; the recogniser's places are off by a letter, its order never is. */
const costs = { distance: 0.3, mostDistance: 1, kind: 0.6, gap: 0.3, leaveOut: 0.5 } as const;

/** Which symbol (row) was read for which glyph (column). */
export const pairGlyphs = (symbols: readonly LineSymbol[], { glyphs, heightPx }: SeenGlyphs): Pair[] =>
  align(symbols.length, glyphs.length, (row, column) => costOf(symbols[row], glyphs[column], heightPx), costs.leaveOut);

/** How ill a symbol goes with a glyph. */
function costOf(symbol: LineSymbol | undefined, glyph: SeenGlyph | undefined, heightPx: number): number {
  if (symbol === undefined || glyph === undefined) return Number.POSITIVE_INFINITY;
  const far = (costs.distance * Math.abs(symbol.middle - glyph.middle)) / heightPx;
  const gap = symbol.startsWord === glyph.startsWord ? 0 : costs.gap;
  return Math.min(costs.mostDistance, far) + gap + costs.kind * otherKind(symbol, glyph);
}

/** 0 where both are of one kind (digit, point, other), 1 for a digit and another, more where one is a point. */
function otherKind({ character }: LineSymbol, { isPoint, seen }: SeenGlyph): number {
  if (isPoint !== /^[.,:;'"\-–·•]$/.test(character)) return 2;
  if (isPoint) return 0;
  const like = seen();
  const digitness = like === undefined ? 0 : Math.max(0, Math.min(1, (like.overOthers - readOverOthers) / 0.1));
  if (isThaiDigit(character)) return 1 - digitness;
  return /[0-9\p{Script=Latin}]/u.test(character) ? mistakenShare * digitness : digitness;
}
