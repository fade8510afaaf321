import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { replacedLetters } from "../../src/pdf/replaced-letters.ts";
import { onePage, stream } from "../support/bad-documents/raw-pdf.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { readPdf } from "../support/read-pages.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1 });
afterAll(() => pool.close());

describe("what replacement texts do to the letters that are drawn", () => {
  test.each<[string, string, string]>([
    ["the same", "drawn words", "drawn words"],
    ["a ligature and its letters", "oﬃce", "office"],
    ["a hyphen that goes", "docu-\nment", "docu\nment"],
    ["a soft hyphen", "docu-\nment", "docu\u00AD\nment"],
    ["leaders that become a tab", "Scope . . . . . . 4", "Scope\t4"],
    ["an ellipsis", "and so on…", "and so on..."],
    ["capitals drawn small", "THAILAND", "Thailand"],
    ["a bullet", "· one", "• one"],
    ["a letter and its accent", "re\u0301sume\u0301", "résumé"],
    ["SARA AM in parts, with its tone mark in another place", "น\u0E4D\u0E49า", "น้ำ"],
    ["glyphs without a letter, whose letters are told", "o\uFFFDce ท\uFFFD", "office ที่"],
    ["a mark that stood with the glyph beside it", "สื\uFFFDง", "ส่ง"],
    ["letters that stood with the glyph beside it", "พช\uFFFDน", "พื้น"],
    ["Thai vowels and marks that are drawn with the glyphs of others", "จูาง ก้ำาลัง", "จ้าง กำลัง"],
    ["Hebrew from right to left", "םולש", "שלום"],
  ])("%s is no change", (_kind, drawn, followed) => {
    expect(replacedLetters(drawn, followed)).toBeUndefined();
  });

  test.each<[string, string, string, number, number]>([
    ["words that vanish", "pay 500 Baht now", "pay 500 Baht", 3, 0],
    ["a number that grows", "80,437,800", "180,437,800", 0, 1],
    ["a digit that changes", "15 March", "16 March", 1, 1],
    ["digits in another order", "12 days", "21 days", 2, 2],
    ["words that nobody sees", "drawn", "drawn and more", 0, 7],
    ["a Thai consonant that goes", "ไม่รับ", "รับ", 2, 0],
    ["a digit that goes beside glyphs without a letter", "\uFFFD\uFFFD 4711", "ที่ 471", 1, 0],
    ["more letters than a glyph without one can have", "\uFFFD", "forged", 0, 2],
  ])("%s is one", (_kind, drawn, followed, removed, added) => {
    expect(replacedLetters(drawn, followed)).toEqual({ removed, added });
  });
});

describe("a page with replacement texts", () => {
  const words = "BT /F1 10 Tf 10 50 Td (drawn words) Tj ET";
  const replaced = (by: string) => `/Span << /ActualText (${by}) >> BDC ${words} EMC`;
  const form = (content: string) =>
    stream(
      "/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>",
      content,
    );
  const warning = (removed: number, added: number) => [
    `the page has replacement texts (ActualText), which were followed: ${removed} letters that are drawn are not in the text, and ${added} that are not drawn are in it`,
  ];
  const xObject = "/XObject << /X 5 0 R >>";

  test.each<[string, Parameters<typeof onePage>[0], string, string[]]>([
    ["is read with them", { content: replaced("Drawn-words") }, "Drawn-words", []],
    [
      "says which letters are gone",
      { content: `${replaced("")} ${words.replace("50", "20")}` },
      "drawn words",
      warning(10, 0),
    ],
    ["says which letters are new", { content: replaced("drawn words 4711") }, "drawn words 4711", warning(0, 4)],
    [
      "says so of one that is named elsewhere",
      { content: `/Span /P BDC ${words} EMC`, resources: "/Properties << /P << /ActualText (drawn) >> >>" },
      "drawn",
      warning(5, 0),
    ],
    [
      "says so of one with an escaped name",
      { content: replaced("drawn").replace("Actual", "Act#75al") },
      "drawn",
      warning(5, 0),
    ],
    [
      "says so of one in a form",
      { content: "/X Do", resources: xObject, objects: [form(replaced("drawn"))] },
      "drawn",
      warning(5, 0),
    ],
    [
      "says so of one around a form",
      { content: "/Span << /ActualText (drawn) >> BDC /X Do EMC", resources: xObject, objects: [form(words)] },
      "drawn",
      warning(5, 0),
    ],
    [
      "says so beside an annotation",
      { content: replaced("drawn"), page: "/Annots [<< /Type /Annot /Subtype /Square /Rect [150 10 160 20] >>]" },
      "drawn",
      warning(5, 0),
    ],
    ["is not read with other descriptions", { content: replaced("x").replace("ActualText", "Alt") }, "drawn words", []],
    ["is not read with expansions", { content: replaced("x").replace("ActualText", "E") }, "drawn words", []],
  ])("%s", async (_sentence, page, text, warnings) => {
    for (const fewCharacters of [1, 100]) {
      const reader = fewCharacters === 100 ? pool : createPdfPool({ ...poolOptions, processes: 1, fewCharacters });
      expect((await readPdf(reader, onePage(page))).pages).toMatchObject([{ text, warnings }]);
      if (reader !== pool) await reader.close();
    }
  });
});
