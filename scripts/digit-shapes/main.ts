import { glyphShape, shapeScale } from "../../src/tesseract/digits/glyph-shape.ts";
import { isThaiDigit } from "../../src/tesseract/digits/judge-glyph.ts";
import type { KnownGlyph } from "../../src/tesseract/digits/known-glyphs.ts";
import { drawGlyph } from "./draw-glyph.ts";
import { fontsToDraw, whence } from "./fonts.ts";

/**
 * Draws the glyphs that `src/tesseract/digits` compares with, and writes them to `known-glyphs.json` there. Needs Debian's
 * fonts-thai-tlwg and fonts-noto-core beside the development dependencies.
 */
const thai = "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลฦวศษสหฬอฮะาเแโใไๆฯ฿";
const arabic = "0123456789";
const latin = ["ABCDEGHKMNOPQRSUWYZ", "abcdefghkmnopqrsuvwyz"].join("");
/** Characters that are less like every digit than this never come before one. */
const minLikeness = 0.7;
/** Of two that are so much alike one is enough. */
const sameLikeness = 0.94;

const drawn: KnownGlyph[] = [];
for (const font of await fontsToDraw()) {
  for (const character of `๐๑๒๓๔๕๖๗๘๙${thai}${arabic}${latin}`) {
    const image = drawGlyph(font, character);
    if (image !== undefined) drawn.push({ character, aspect: image.width / image.height, shape: glyphShape(image) });
  }
}
const likeness = (one: KnownGlyph, other: KnownGlyph) =>
  one.shape.reduce((sum, value, at) => sum + value * (other.shape[at] ?? 0), 0);
const digits = drawn.filter(({ character }) => isThaiDigit(character));
const kept: KnownGlyph[] = [];
for (const glyph of drawn) {
  const isOfUse = isThaiDigit(glyph.character) || digits.some((digit) => likeness(digit, glyph) >= minLikeness);
  const isKnown = kept.some((other) => other.character === glyph.character && likeness(other, glyph) >= sameLikeness);
  if (isOfUse && !isKnown) kept.push(glyph);
}
const glyphs = kept.map(({ character, aspect, shape }) => ({
  character,
  aspect: Number(aspect.toFixed(3)),
  shape: Array.from(shape, (value) => Math.round(value * shapeScale)),
}));
const lines = glyphs.map((glyph) => `    ${JSON.stringify(glyph)}`).join(",\n");
const file = new URL("../../src/tesseract/digits/known-glyphs.json", import.meta.url);
await Bun.write(file, `{\n  "fonts": ${JSON.stringify(whence)},\n  "glyphs": [\n${lines}\n  ]\n}\n`);
console.log(`${glyphs.length} of ${drawn.length} glyphs`);
