/** What the codes of a font mean, by the code as hexadecimal digits, two for each byte. */
export type CodeMeanings = Map<string, string>;

/** Codes that one range may hold, and a whole map. */
const maxCodes = 70_000;

/** Reads the `bfchar` and `bfrange` sections of a ToUnicode map; what it cannot read it leaves out. */
export function parseToUnicode(map: string): CodeMeanings {
  const meanings: CodeMeanings = new Map();
  for (const [, kind, body = ""] of map.matchAll(/begin(bfchar|bfrange)([\s\S]*?)end\1/g)) {
    const tokens = body.match(/<[^>]*>|[[\]]/g) ?? [];
    if (kind === "bfchar") readCharacters(tokens, meanings);
    else readRanges(tokens, meanings);
  }
  return meanings;
}

/** A ToUnicode map of these meanings. */
export function writeToUnicode(meanings: CodeMeanings): string {
  const widths = new Set(Array.from(meanings.keys(), (code) => code.length));
  const spaces = Array.from(widths, (width) => `<${"0".repeat(width)}> <${"F".repeat(width)}>`);
  const lines = Array.from(meanings, ([code, text]) => `<${code}> <${utf16(text)}>`);
  return [
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def",
    `${spaces.length} begincodespacerange ${spaces.join(" ")} endcodespacerange`,
    ...Array.from({ length: Math.ceil(lines.length / 100) }, (_, part) => {
      const some = lines.slice(100 * part, 100 * (part + 1));
      return `${some.length} beginbfchar\n${some.join("\n")}\nendbfchar`;
    }),
    "endcmap end end",
  ].join("\n");
}

function readCharacters(tokens: readonly string[], meanings: CodeMeanings): void {
  for (let at = 0; at + 1 < tokens.length; at += 2) meanings.set(digits(tokens[at]), text(tokens[at + 1]));
}

function readRanges(tokens: readonly string[], meanings: CodeMeanings): void {
  for (let at = 0; at + 2 < tokens.length; ) {
    const [first, last] = [digits(tokens[at]), digits(tokens[at + 1])];
    const start = Number.parseInt(first, 16);
    const count = Math.min(Number.parseInt(last, 16) - start + 1, maxCodes - meanings.size);
    const code = (index: number) => (start + index).toString(16).toUpperCase().padStart(first.length, "0");
    at += 2;
    if (tokens[at] === "[") {
      const close = tokens.indexOf("]", at);
      const end = close === -1 ? tokens.length : close;
      for (const [index, token] of tokens.slice(at + 1, end).entries()) meanings.set(code(index), text(token));
      at = end + 1;
    } else {
      const target = text(tokens[at]);
      const head = target.slice(0, -1);
      const tail = target.charCodeAt(target.length - 1);
      for (let index = 0; index < count; index += 1)
        meanings.set(code(index), head + String.fromCharCode(tail + index));
      at += 1;
    }
  }
}

const digits = (token = ""): string => token.replaceAll(/[^0-9A-Fa-f]/g, "").toUpperCase();

const text = (token?: string): string =>
  String.fromCharCode(...(digits(token).match(/.{1,4}/g) ?? []).map((unit) => Number.parseInt(unit, 16)));

const utf16 = (characters: string): string =>
  Array.from({ length: characters.length }, (_, at) =>
    characters.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0"),
  ).join("");
