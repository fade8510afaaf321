import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { withUnknownGlyphs } from "../../src/pdf/engine/symbol-fonts.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { hasSymbol, symbolFontOf, symbolOf, zapfDingbatsCode } from "../../src/pdf/symbols/symbol-tables.ts";
import { parseToUnicode, writeToUnicode } from "../../src/pdf/symbols/to-unicode.ts";
import { onePage, stream } from "../support/bad-documents/raw-pdf.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { readPdf } from "../support/read-pages.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1 });
afterAll(() => pool.close());

const toUnicode = (sections: string) =>
  stream(
    "",
    `/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange ${sections} endcmap end`,
  );
const simple = (name: string, entries = "") => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} ${entries} >>`;
const composite = (name: string, entries = "") =>
  `<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H ${entries} /DescendantFonts [ << /Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /${name} /Flags 4 /ItalicAngle 0 /Ascent 800 /Descent 0 /CapHeight 700 /StemV 80 /FontBBox [0 0 1000 1000] >> >> ] >>`;

/** A page that says `Item` in Helvetica and these codes, in hexadecimal, in the font. */
async function read(font: string, codes: string, map?: Buffer): Promise<string> {
  const bytes = onePage({
    content: `BT /F1 12 Tf 20 70 Td (Item 5 is approved) Tj /S 12 Tf 0 -40 Td <${codes}> Tj ET`,
    page: "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> /S 5 0 R >> >>",
    objects: map === undefined ? [font] : [font, map],
  });
  // The page has two entries of this name, of which the engine takes the last.
  const { texts } = await readPdf(pool, bytes);
  return (texts[0] ?? "").replace(/^Item 5 is approved\s*/, "");
}

describe("characters of a symbol font come as the symbols that are printed", () => {
  test.each([
    ["ZapfDingbats", simple("ZapfDingbats"), "34386F716E6C", "✔✘❏❑■●"],
    [
      "ZapfDingbats by names of glyphs",
      simple("ABCDEF+ZapfDingbats", "/Encoding << /Differences [1 /a20 /a24 /a73] >>"),
      "010203",
      "✔✘■",
    ],
    ["its copy by URW", simple("JYDOFS+D050000L", "/Encoding /WinAnsiEncoding"), "3438", "✔✘"],
    ["Symbol", simple("Symbol"), "6162 53 A3 B3 44 57 B7 AE", "αβΣ≤≥ΔΩ•→"],
    ["SymbolMT in a style", simple("ABCDEF+SymbolMT,Bold"), "B7 6D", "•μ"],
    ["Wingdings", simple("ABCDEF+Wingdings-Regular", "/Encoding /WinAnsiEncoding"), "FCFBFEFDA8 6C6EA7E0", "✔✘☑☒☐●■▪→"],
    ["Wingdings 2", simple("ABCDEF+Wingdings2"), "50 52 A3", "✓☑☐"],
    ["Wingdings 2 with a blank in its name", simple("Wingdings#202"), "52", "☑"],
    ["Wingdings 3", simple("Wingdings3"), "70 7D", "▲🞂"],
    ["Webdings", simple("Webdings"), "61 72", "✔✘"],
    ["a code without a meaning", simple("Wingdings2"), "52FA", "☑\uFFFD"],
  ])("%s", async (_, font, codes, expected) => {
    expect((await read(font, codes)).replaceAll(" ", "")).toBe(expected);
  });

  test.each([
    ["private codes", "3 beginbfchar <62> <F0B7> <63> <F0FE> <64> <F0A8> endbfchar", "626364", "🕐☑☐"],
    ["letters of the same codes", "2 beginbfchar <01> <00FC> <02> <00FE> endbfchar", "0102", "✔☑"],
    ["a range", "1 beginbfrange <20> <FF> <F020> endbfrange", "FCFE", "✔☑"],
    ["a list", "1 beginbfrange <01> <02> [<F0FC> <2611>] endbfrange", "0102", "✔☑"],
    ["the right symbols", "2 beginbfchar <01> <2714> <02> <2022> endbfchar", "0102", "✔•"],
    ["no meaning for one code", "1 beginbfchar <FC> <2714> endbfchar", "FCFE", "✔☑"],
  ])("where the writer's map says %s", async (_, sections, codes, expected) => {
    const font = simple("ABCDEF+Wingdings", "/Encoding /WinAnsiEncoding /ToUnicode 6 0 R");
    expect(await read(font, codes, toUnicode(sections))).toBe(expected);
  });

  test("with a map of glyph numbers, as office programs write it", async () => {
    const map = toUnicode("2 beginbfchar <0003> <F0B7> <0004> <F0AE> endbfchar");
    expect(await read(composite("ABCDEF+SymbolMT", "/ToUnicode 6 0 R"), "00030004", map)).toBe("•→");
  });

  test("as unknown where only glyph numbers are given", async () => {
    expect(await read(composite("ABCDEF+Wingdings"), "00410042")).toBe("\uFFFD\uFFFD");
  });

  test.each([
    ["no symbolic font, by the names of its encoding", 32, "A561", "•α"],
    ["a symbolic font, by its own codes", 4, "B761", "•α"],
  ])("of %s", async (_, flags, codes, expected) => {
    const descriptor = `/FontDescriptor << /Type /FontDescriptor /FontName /AAAAAH+SymbolMT /Flags ${flags} >>`;
    expect(await read(simple("AAAAAH+SymbolMT", `/Encoding /MacRomanEncoding ${descriptor}`), codes)).toBe(expected);
  });

  test("and the signs of Symbol that its map names rightly stay", async () => {
    const map = toUnicode("3 beginbfchar <B1> <00B1> <B4> <00D7> <61> <03B1> endbfchar");
    expect(await read(simple("Symbol", "/ToUnicode 6 0 R"), "B1B461", map)).toBe("±×α");
  });

  test.each(["SegoeUISymbol", "ABCDEF+AppleSymbols", "SymbolSans", "Dingbatoid"])(
    "but %s is left alone",
    async (name) => {
      const map = toUnicode("2 beginbfchar <34> <0034> <41> <F0FE> endbfchar");
      expect(await read(simple(name, "/ToUnicode 6 0 R"), "3441", map)).toBe("4\uF0FE");
    },
  );
});

test("glyphs without a name are unknown in the text, also where their number is that of a carriage return", () => {
  expect(withUnknownGlyphs("กำ\rลัง\n\uFFFE")).toBe("กำ\uFFFDลัง\n\uFFFD");
});

describe("the tables of symbol fonts", () => {
  test.each([
    ["ABCDEF+Wingdings-Regular", "wingdings"],
    ["Wingdings-Regular-Identity-H", "wingdings"],
    ["ABCDEF+GHIJKL+Wingdings2", "wingdings2"],
    ["ITCZapfDingbats-Medium", "zapfDingbats"],
    ["ZapfDingbatsITC", "zapfDingbats"],
    ["Symbol,BoldItalic", "symbol"],
    ["StandardSymbolsPS", "symbol"],
    ["Helvetica", undefined],
    ["Noto Sans Symbols", undefined],
    ["", undefined],
  ] as const)("%s is %s", (name, font) => {
    expect(symbolFontOf(name)).toBe(font);
  });

  test("hold one character for each code", () => {
    for (const font of ["zapfDingbats", "symbol", "wingdings", "wingdings2", "wingdings3", "webdings"] as const) {
      for (let code = 0x20; code <= 0xff; code += 1) expect(Array.from(symbolOf(font, code))).toHaveLength(1);
      expect(symbolOf(font, 0x20)).toBe(" ");
      expect(symbolOf(font, 0x1f)).toBe("\uFFFD");
    }
    expect(["α", "✔", "\uFFFD"].map((sign) => hasSymbol("symbol", sign))).toEqual([true, false, false]);
    expect(["a20", "a24", "a191", "-", "alpha"].map(zapfDingbatsCode)).toEqual([
      0x34,
      0x38,
      0xfe,
      undefined,
      undefined,
    ]);
  });
});

describe("maps to Unicode", () => {
  test("are read as they are written", () => {
    const meanings = new Map([
      ["01", "✔"],
      ["0041", "🗹"],
      ["02", "fi"],
    ]);
    expect(parseToUnicode(writeToUnicode(meanings))).toEqual(meanings);
  });

  test("that are damaged or claim everything end", () => {
    expect(parseToUnicode("beginbfchar <41> endbfchar beginbfrange <00> endbfrange <01>")).toEqual(new Map());
    expect(parseToUnicode("beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange").size).toBeLessThanOrEqual(70_000);
    const two = "beginbfrange <000000> <00FFFF> <0041> <010000> <01FFFF> <0041> endbfrange";
    expect(parseToUnicode(two).size).toBeLessThanOrEqual(70_000);
    expect(parseToUnicode("beginbfrange <01> <02> [<0041> endbfrange")).toEqual(new Map([["01", "A"]]));
  });
});

describe("a ticked box is told as its sign, with", () => {
  const sign = "BT /ZaDb 10 Tf 1 2 Td (4) Tj ET";
  const look = stream("/Subtype /Form /BBox [0 0 12 12] /Resources << /Font << /ZaDb 7 0 R >> >>", sign);
  const ownLook = "/AP << /N << /Yes 6 0 R >> >>";
  const boxOf = (entries: string) =>
    `<< /Type /Annot /Subtype /Widget /FT /Btn /T (a) /Rect [20 48 32 60] /F 4 ${entries} >>`;

  test.each([
    ["its own look", "", `/AS /Yes ${ownLook}`, "✔"],
    ["a form that is to be drawn anew", "/NeedAppearances true", `/AS /Yes ${ownLook}`, "✔"],
    ["no look at all", "", "/AS /Yes", "✔"],
    ["no look at all, and another sign", "/NeedAppearances true", "/AS /Yes /MK << /CA (8) >>", "✘"],
    ["no tick", "/NeedAppearances true", `/AS /Off ${ownLook}`, ""],
  ])("%s", async (_, form, entries, expected) => {
    const bytes = onePage({
      content: "BT /F1 10 Tf 40 50 Td (Approved) Tj ET",
      catalogue: `/AcroForm << ${form} /Fields [5 0 R] >>`,
      page: "/Annots [5 0 R]",
      objects: [boxOf(entries), look, simple("ZapfDingbats")],
    });
    expect((await readPdf(pool, bytes)).texts[0]?.split("\n")).toEqual(["Approved", ...(expected ? [expected] : [])]);
  });
});
