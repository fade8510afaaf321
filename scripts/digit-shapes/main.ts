import type * as mupdf from "mupdf";
import { thaiDigits } from "../../src/tesseract/digits/digit-weights.ts";
import { glyphShape, shapeScale } from "../../src/tesseract/digits/glyph-shape.ts";
import { isThaiDigit } from "../../src/tesseract/digits/judge-glyph.ts";
import type { KnownGlyph } from "../../src/tesseract/digits/known-glyphs.ts";
import { drawGlyph } from "./draw-glyph.ts";
import { fitWeights } from "./fit-weights.ts";
import { furtherThaiFonts, latinFonts, latinWhence, thaiFonts, thaiWhence, weightsWhence } from "./fonts.ts";
import { spoiltGlyphs } from "./spoilt-glyphs.ts";

/**
 * Draws the glyphs that `src/tesseract/digits` compares with, and writes them to the `*-glyphs.json` there; with a folder
 * in which the `googlePackages` are installed, fits the weights to them, too. Needs Debian's fonts-thai-tlwg, fonts-noto-core
 * and fonts-dejavu-core beside the development dependencies.
 */
const thai = "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลฦวศษสหฬอฮะาเแโใไๆฯ฿";
const arabic = "0123456789";
const latin = ["ABCDEGHKMNOPQRSUWYZ", "abcdefghkmnopqrsuvwyz"].join("");
const allLatin = ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"].join("");
/** Signs of drawings, which are read as digits beside digits though they are like none. */
const signs = "Ø±@";
/** Of two that are so much alike one is enough. */
const sameLikeness = 0.94;

const fonts = await thaiFonts();
const isArabic = (character: string) => arabic.includes(character);
const isLatin = (character: string) => allLatin.includes(character);
// Characters that are less like every digit than this never come before one; but the recogniser reads any Latin letter as
// a digit beside others.
await write(
  "known-glyphs.json",
  thaiWhence,
  draw(fonts, `${thaiDigits}${thai}${arabic}${latin}`),
  isThaiDigit,
  () => 0.7,
);
const drawn = draw([...fonts, ...(await latinFonts())], `${arabic}${allLatin}${signs}${thaiDigits}${thai}`);
const leastOf = (character: string) => (signs.includes(character) ? 0 : isLatin(character) ? 0.5 : 0.7);
await write("arabic-glyphs.json", latinWhence, drawn, isArabic, leastOf);

const [folder] = process.argv.slice(2);
if (folder !== undefined) await writeWeights([...fonts, ...(await furtherThaiFonts(folder))]);

function draw(fonts: readonly mupdf.Font[], characters: string): KnownGlyph[] {
  return fonts.flatMap((font) =>
    Array.from(characters).flatMap((character) => {
      const image = drawGlyph(font, character);
      return image === undefined ? [] : [{ character, aspect: image.width / image.height, shape: glyphShape(image) }];
    }),
  );
}

function likeness(one: KnownGlyph, other: KnownGlyph): number {
  return one.shape.reduce((sum, value, at) => sum + value * (other.shape[at] ?? 0), 0);
}

/** Writes the digits, and what is at least so much like one of them. */
async function write(
  name: string,
  whence: readonly string[],
  drawn: readonly KnownGlyph[],
  isDigit: (character: string) => boolean,
  minLikeness: (character: string) => number,
): Promise<void> {
  const digits = drawn.filter(({ character }) => isDigit(character));
  const kept: KnownGlyph[] = [];
  for (const glyph of drawn) {
    const least = minLikeness(glyph.character);
    const isOfUse = isDigit(glyph.character) || digits.some((digit) => likeness(digit, glyph) >= least);
    const isKnown = kept.some((other) => other.character === glyph.character && likeness(other, glyph) >= sameLikeness);
    if (isOfUse && !isKnown) kept.push(glyph);
  }
  const lines = kept.map(({ character, aspect, shape }) => {
    const whole = Array.from(shape, (value) => Math.round(value * shapeScale));
    return `    ${JSON.stringify({ character, aspect: Number(aspect.toFixed(3)), shape: whole })}`;
  });
  const file = new URL(`../../src/tesseract/digits/${name}`, import.meta.url);
  await Bun.write(file, `{\n  "fonts": ${JSON.stringify(whence)},\n  "glyphs": [\n${lines.join(",\n")}\n  ]\n}\n`);
  console.log(`${name}: ${kept.length} of ${drawn.length} glyphs`);
}

async function writeWeights(fonts: readonly mupdf.Font[]): Promise<void> {
  const drawn = fonts.flatMap((font) => spoiltGlyphs(font, thaiDigits));
  const lines = fitWeights(drawn).map((own) => `    [${Array.from(own, (weight) => Math.round(weight * shapeScale))}]`);
  const file = new URL("../../src/tesseract/digits/digit-weights.json", import.meta.url);
  const whence = JSON.stringify(weightsWhence);
  await Bun.write(file, `{\n  "fonts": ${whence},\n  "weights": [\n${lines.join(",\n")}\n  ]\n}\n`);
  console.log(`digit-weights.json: from ${drawn.length} glyphs of ${fonts.length} fonts`);
}
