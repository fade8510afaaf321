import { z } from "zod";
import arabic from "./arabic-glyphs.json" with { type: "json" };
import { shapeScale } from "./glyph-shape.ts";
import thai from "./known-glyphs.json" with { type: "json" };

/** A character as a font draws it. */
export interface KnownGlyph {
  character: string;
  /** Width divided by height. */
  aspect: number;
  /** From `glyphShape`. */
  shape: Float32Array;
}

/** There are 160,000; a schema for each took 0.05 s of each start of a process. */
const wholeNumbers = z.custom<number[]>((value) => Array.isArray(value) && value.every(Number.isInteger));

const drawnGlyphs = z.object({
  /** Where the fonts come from, and their licences. */
  fonts: z.array(z.string()),
  glyphs: z.array(z.object({ character: z.string(), aspect: z.number(), shape: wholeNumbers })),
});

const glyphsOf = (drawn: unknown): KnownGlyph[] =>
  drawnGlyphs.parse(drawn).glyphs.map(({ shape, ...glyph }) => ({
    ...glyph,
    shape: new Float32Array(shape).map((value) => value / shapeScale),
  }));

/** The Thai digits of many fonts, and whatever other characters look like one; made by `scripts/digit-shapes`. */
export const knownGlyphs: readonly KnownGlyph[] = glyphsOf(thai);

/** The same of the digits 0 to 9. */
export const knownArabicGlyphs: readonly KnownGlyph[] = glyphsOf(arabic);
