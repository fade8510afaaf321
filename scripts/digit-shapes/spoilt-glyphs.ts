import type * as mupdf from "mupdf";
import { digitFeatures } from "../../src/tesseract/digits/digit-weights.ts";
import { glyphShape } from "../../src/tesseract/digits/glyph-shape.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { blackAndWhite, blur, grain } from "../eval/bad-scan.ts";
import { drawGlyph } from "./draw-glyph.ts";
import type { Sample } from "./fit-weights.ts";

/** Sizes of the letters, in pixels, and what a scan makes of them. */
const ways: readonly { emPx: number; spoil?: (image: GreyImage) => GreyImage }[] = [
  { emPx: 40 },
  { emPx: 26 },
  { emPx: 30, spoil: blur },
  { emPx: 34, spoil: (image) => blur(blur(image)) },
  { emPx: 26, spoil: (image) => grain(blur(image), 20) },
  { emPx: 30, spoil: (image) => blackAndWhite(grain(blur(image), 40), 150) },
  { emPx: 24, spoil: (image) => blackAndWhite(blur(image), 170) },
  { emPx: 34, spoil: (image) => blackAndWhite(blur(image), 130) },
];

/** The characters of a font in all of these ways; what it does not have is left out. */
export const spoiltGlyphs = (font: mupdf.Font, characters: string): Sample[] =>
  Array.from(characters).flatMap((character, kind) =>
    ways.flatMap(({ emPx, spoil }) => {
      const image = drawGlyph(font, character, emPx, spoil);
      if (image === undefined) return [];
      return [{ kind, features: digitFeatures(glyphShape(image), image.width / image.height) }];
    }),
  );
