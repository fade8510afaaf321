import * as mupdf from "mupdf";
import { hasSymbol, type SymbolFont, symbolFontOf, symbolOf, zapfDingbatsCode } from "../symbols/symbol-tables.ts";
import { type CodeMeanings, parseToUnicode, writeToUnicode } from "../symbols/to-unicode.ts";
import { entryOf } from "./coded-picture.ts";

/** A ToUnicode map of a symbol font has some hundred lines. */
const maxMapBytes = 200_000;
/** Glyphs of an embedded symbol font without any map that are named unknown. */
const maxGlyphs = 1024;

/** No character; stands for an unknown symbol until the text is taken: for U+FFFD the engine would tell the code. */
const unknownSymbol = "\uFFFE";

/**
 * What of the engine's text stands for unknown glyphs becomes U+FFFD. A carriage return is one, too: the engine ends its
 * lines by line feeds, and tells the number of a glyph without a name as the character of that number.
 */
export const withUnknownGlyphs = (text: string): string => text.replaceAll(/[\uFFFE\r]/g, "\uFFFD");

/**
 * Gives a symbol font (ZapfDingbats, Symbol, Wingdings and its like) a ToUnicode map by its own encoding, so that the
 * engine tells ✔ where its codes and most writers' maps say `4` or a private code. Drawing does not change, other fonts
 * are left alone, and it costs some microseconds for each font that a page names. Must come before the page is read.
 */
export function describeSymbols(document: mupdf.Document, font: mupdf.PDFObject): void {
  const symbols = symbolFontOf(font.get("BaseFont").asName());
  if (symbols === undefined || !(document instanceof mupdf.PDFDocument) || !font.get(marker).isNull()) return;
  const meanings =
    font.get("Subtype").asName() === "Type0" ? glyphMeanings(font, symbols) : codeMeanings(font, symbols);
  font.put("ToUnicode", document.addStream(writeToUnicode(meanings), {}));
  font.put(marker, true);
}

/** Many pages name one font. */
const marker = "SymbolsDescribed";

/** Of a font of one byte for each code. */
function codeMeanings(font: mupdf.PDFObject, symbols: SymbolFont): CodeMeanings {
  const told = toldMeanings(font);
  const names = glyphNames(font);
  const encoded = symbols === "symbol" ? namedEncoding(font) : undefined;
  const meanings: CodeMeanings = new Map();
  for (let code = 1; code <= 0xff; code += 1) {
    const key = hexadecimal(code, 2);
    // The engine knows the glyph names of Symbol by itself.
    if (symbols === "symbol" && names.has(code) && !told.has(key)) continue;
    const meaning =
      meaningOf(symbols, told.get(key)) ??
      namedMeaning(symbols, names.get(code)) ??
      ownSign(symbols, encoded?.charAt(code)) ??
      symbolOf(symbols, code);
    meanings.set(key, known(meaning));
  }
  return meanings;
}

/** Of a font whose codes are numbers of glyphs: as its map says, or as the embedded font's own table of characters. */
function glyphMeanings(font: mupdf.PDFObject, symbols: SymbolFont): CodeMeanings {
  const meanings: CodeMeanings = new Map();
  for (const [code, text] of toldMeanings(font)) meanings.set(code, known(meaningOf(symbols, text) ?? "\uFFFD"));
  if (meanings.size > 0) return meanings;
  for (let glyph = 0; glyph < maxGlyphs; glyph += 1) meanings.set(hexadecimal(glyph, 4), unknownSymbol);
  for (const [glyph, code] of codesOfGlyphs(font)) meanings.set(hexadecimal(glyph, 4), known(symbolOf(symbols, code)));
  return meanings;
}

/** What a writer's own map says, which may be right, a private code of the font, or the letter of the same code. */
function meaningOf(symbols: SymbolFont, text: string | undefined): string | undefined {
  if (text === undefined || text === "" || text === "\uFFFD") return undefined;
  const code = text.length === 1 ? text.charCodeAt(0) : 0;
  if (code >= 0xf020 && code <= 0xf0ff) return symbolOf(symbols, code - 0xf000);
  // × ± ° and the like are signs of Symbol; of the other fonts no character lies among these codes.
  const ownLetters = symbols === "symbol" ? 0x7f : 0x100;
  if (code >= 0x20 && code < ownLetters) return symbolOf(symbols, code);
  return code > 0 && code < 0x20 ? undefined : text;
}

function namedMeaning(symbols: SymbolFont, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const unicode = /^u(?:ni)?([0-9A-F]{4,5})$/.exec(name)?.[1];
  if (unicode !== undefined) return meaningOf(symbols, String.fromCodePoint(Number.parseInt(unicode, 16)));
  const code = symbols === "zapfDingbats" ? zapfDingbatsCode(name) : undefined;
  return code === undefined ? "\uFFFD" : symbolOf(symbols, code);
}

/** The character of a named encoding, where it is one of the font's. */
const ownSign = (symbols: SymbolFont, character = ""): string | undefined =>
  character !== "" && hasSymbol(symbols, character) ? character : undefined;

/**
 * The 256 characters of a named encoding, which holds for fonts that are flagged as no symbolic ones: Quartz gives the
 * bullet of Symbol the code of the bullet in MacRoman. For all others readers go by the font's own codes.
 */
function namedEncoding(font: mupdf.PDFObject): string | undefined {
  const flags = entryOf(font, "FontDescriptor", "Flags");
  if (!flags.isNumber() || (flags.asNumber() & symbolicFlag) !== 0) return undefined;
  switch (font.get("Encoding").asName()) {
    case "MacRomanEncoding":
      return decodeAll("macintosh");
    case "WinAnsiEncoding":
      return decodeAll("windows-1252");
    default:
      return undefined;
  }
}

const symbolicFlag = 4;

const decodeAll = (encoding: "macintosh" | "windows-1252"): string =>
  new TextDecoder(encoding).decode(Uint8Array.from({ length: 256 }, (_, code) => code));

const known = (meaning: string): string => meaning.replaceAll("\uFFFD", unknownSymbol);

function toldMeanings(font: mupdf.PDFObject): CodeMeanings {
  const map = font.get("ToUnicode");
  if (!map.isStream()) return new Map();
  const buffer = map.readStream();
  try {
    return buffer.getLength() > maxMapBytes ? new Map() : parseToUnicode(buffer.asString());
  } finally {
    buffer.destroy();
  }
}

/** The names that an encoding gives to codes beyond the font's own. */
function glyphNames(font: mupdf.PDFObject): Map<number, string> {
  const names = new Map<number, string>();
  let code = 0;
  entryOf(font, "Encoding", "Differences").forEach((entry) => {
    if (entry.isNumber()) code = entry.asNumber();
    else {
      names.set(code, entry.asName());
      code += 1;
    }
  });
  return names;
}

/** Which code each glyph of an embedded font has in its own table, where glyphs are numbered as in the font. */
function codesOfGlyphs(font: mupdf.PDFObject): Map<number, number> {
  const codes = new Map<number, number>();
  const descendant = font.get("DescendantFonts", 0);
  const file = entryOf(descendant, "FontDescriptor", "FontFile2");
  if (!file.isStream() || descendant.get("CIDToGIDMap").isStream()) return codes;
  const data = file.readStream();
  try {
    const embedded = new mupdf.Font("symbols", data);
    for (let code = 0x20; code <= 0xff; code += 1) {
      const glyph = embedded.encodeCharacter(0xf000 + code) || embedded.encodeCharacter(code);
      if (glyph > 0) codes.set(glyph, code);
    }
    embedded.destroy();
  } finally {
    data.destroy();
  }
  return codes;
}

const hexadecimal = (value: number, width: number): string => value.toString(16).toUpperCase().padStart(width, "0");
