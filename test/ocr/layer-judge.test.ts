import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import fc from "fast-check";
import { judgeTextLayer, type TextLayerContext } from "../../src/ocr/layer/judge.ts";
import { repairTextLayer } from "../../src/ocr/layer/repair.ts";
import { measureTextLayer } from "../../src/ocr/layer/signals.ts";

const sample = await Bun.file(resolve(import.meta.dir, "../fixtures/thai-sample.txt")).text();
const english = "The contractor shall submit shop drawings for review within 7 days, see clause 4.2 (b). ".repeat(10);
const plain: TextLayerContext = {
  scannerText: false,
  trustScannerText: false,
  documentHasThai: true,
  producerDamage: undefined,
  account: { objection: undefined, warnings: [] },
};
const judge = (text: string, context = plain) => judgeTextLayer(text, context);

/** The sample with `count` of `damage` put in at even distances, after every so many characters. */
function sprinkle(text: string, damage: string, count: number): string {
  const step = Math.floor(text.length / count);
  return Array.from({ length: count }, (_, index) => text.slice(index * step, (index + 1) * step) + damage).join("");
}

const clause = "The slab thickness of the building has been changed and all drawings are to be sent for approval.";

const shifted = (text: string, by: number) =>
  text.replace(/[A-Za-z\u0E01-\u0E5B]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + by));

/** As writers number the glyphs of a font that they put together. */
function numbered(text: string, first: number): string {
  const order = [...new Set(text.replaceAll(/\s/g, ""))];
  return text.replace(/\S/g, (character) => String.fromCharCode(first + order.indexOf(character)));
}

/** As ROT13 does it. */
const rotated = (text: string) =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97));

const asLatin1 = (text: string) =>
  text.replace(/[\u0E01-\u0E5B]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x0e00 + 0xa0));

describe("judging a text layer", () => {
  test.each([
    ["clean Thai", sample],
    ["each line of clean Thai alone", sample.split("\n")[3] ?? ""],
    ["English", english],
    ["Thai and English on one page", `${sample}\n${english}`],
    ["French", "L'élève dévoué a été élu à l'Académie; où êtes-vous allés, chère Zoé? ".repeat(10)],
    ["Chinese", "承包商应在七天内提交施工图纸以供审查。".repeat(20)],
    ["a table of figures", "1.00 2.50 (3.75) 12,500.00 8% 4/2567\n".repeat(30)],
    ["a table of contents with dot leaders", `บทที่ ๑ ข้อกำหนดทั่วไป ${".".repeat(80)} ๑๒\n`.repeat(20)],
    ["a form of blanks and rules", `ชื่อผู้รับจ้าง ${"_".repeat(90)}\n`.repeat(20)],
    ["a list with SARA AM in every word", "จำนำ ทำนำ คำ ดำ รำ ลำน้ำ จำค่ำ ย่ำค่ำ ย้ำ ".repeat(20)],
    ["a term without blanks around it", "งานติดตั้งระบบCCTVของอาคารที่๒ และแบบแปลนชั้นBของโครงการนี้ ".repeat(1) + sample],
    ["capitals beside Thai words", "แบบS-204และแบบS-205ของอาคารC2 โซนAและโซนBของชั้นที่Cกับ ระดับEL.+3.250ถึงEL.+4.100"],
    ["a short page with one stray mark", "กรุณาตรวจสอบ \n1 \u0E48 เอกสารแนบท้ายสัญญานี้ก่อนลงนาม"],
    ["a control character on a short page", "Annex \u0001 page 12 of 12"],
    ["a table of contents whose leaders have blanks", `Introduction ${". ".repeat(80)} 5\n`.repeat(20)],
    ["leaders of middle dots", `Introduction ${"· ".repeat(80)} 5\n`.repeat(20)],
    ["icons before the lines of a list", "\uF00C delivered on site\n".repeat(20)],
    ["capital letters", english.toUpperCase()],
    ["an index of letters", `A B C D E F G H I J K L M N O P\n${english}`],
    ["a calendar", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31\n".repeat(9)],
    ["hexadecimal figures", "0 1 2 3 4 5 6 7 8 9 A B C D E F 00 11 22 33 44 55 66 77 88 99 AA BB CC DD\n".repeat(5)],
    ["part numbers", "DQG-4471 WKH-2231 LQJ-9981 IRU-7712 ".repeat(20)],
    ["a telephone list with leaders", "Prasert Anna ........ +66 (0)38 174-860 ext. 60\n".repeat(20)],
    ["a table of ticks", "R1 \u2713 \u2717 \u2013 \u2610 \u2611 \u2713 \u2192 \u25A0\n".repeat(20)],
    ["Thai loan words", "คอนกรีตเสริมเหล็ก ซีเมนต์ปอร์ตแลนด์ อะลูมิเนียม มอเตอร์ เซ็นเซอร์\n".repeat(20)],
    ["nothing", ""],
  ])("trusts %s", (_, text) => {
    expect(judge(text)).toEqual({ trusted: true, reason: "text layer trusted", warnings: [] });
  });

  test.each([
    ["control characters", "abcdefg\u0001\u0002\u0003".repeat(20), "text layer refused: control characters 30 %"],
    ["U+FFFD", sprinkle(english, "\uFFFD", 40), "text layer refused: control characters 5.2 %"],
    ["C1 control characters", `${"\u0085\u0091\u0096x".repeat(30)}`, "text layer refused: control characters 67 %"],
    [
      "Thai without its tone marks",
      sample.replace(/[\u0E48-\u0E4B]/g, ""),
      "text layer refused: tone marks 0.8 % of the Thai letters",
    ],
    [
      "Thai whose SARA AM are all SARA AA",
      sample.replaceAll("\u0E33", "\u0E32"),
      `text layer refused: ${(sample.match(/[\u0E32\u0E33]/g) ?? []).length} SARA AA and not one SARA AM`,
    ],
    [
      "marks on nothing",
      sprinkle(sample, "\n\n1 \u0E48", 10),
      "text layer refused: 10 stray Thai marks and 0 foreign letters inside Thai words",
    ],
    [
      "a tone mark behind SARA AA without a consonant for it",
      `${sample.slice(0, 500)} ก่า\u0E48 น้า\u0E49`,
      "text layer refused: 2 stray Thai marks and 0 foreign letters inside Thai words",
    ],
    [
      "Latin letters inside Thai words",
      sample.replace(/ที่/g, "ทiี่").replace(/การ/g, "กéาร"),
      /^text layer refused: 0 stray Thai marks and \d+ foreign letters inside Thai words$/,
    ],
    [
      "numbers of glyphs in the place of tone marks",
      sample.replace(/\u0E35\u0E48/g, "\u0E35\u02E0"),
      /^text layer refused: 0 stray Thai marks and \d+ foreign letters inside Thai words$/,
    ],
    ["8-bit Thai read as Latin-1", asLatin1(sample), /^text layer refused: accented letters and Latin-1 signs 9\d %/],
    [
      "symbols instead of letters",
      "!\"#$%&'()*a+,-./:;<".repeat(20),
      "text layer refused: letters only 5.3 % against symbols",
    ],
    ["letters of the private-use area", "\uE001\uE002\uE003 \uE010a".repeat(40), /private use 80 %$/],
    ["a few glyphs without Unicode", "\u0001\u0002\u0001\u0002", "text layer refused: control characters 100 %"],
    ["a few glyphs of private use", "\uE001\uE002 12", "text layer refused: characters of private use 50 %"],
    ["English shifted by 29", shifted(english, -29), /characters lie 29 code points from what is printed$/],
    ["capitals shifted by 9", shifted(english.toUpperCase(), 9), /characters lie 23 code points/],
    ["English shifted by another number", shifted(english, 7), /characters lie 7 code points|signs inside words/],
    ["Thai shifted to numbers of glyphs", shifted(sample, 300 - 0x0e01), /characters lie 3285 code points/],
    ["glyphs numbered by first use", numbered(english, 65), /numbered in the order of their first use$/],
    ["a part numbered by first use", `${english}\n${numbered(clause, 65)}`, /order of their first use$/],
    [
      "boxes in the place of letters",
      english.replaceAll("r", "\u25A1"),
      /^text layer refused: \d+ signs inside words$/,
    ],
    ["a font that knows one letter", "A AA AAAA\n".repeat(20), /^text layer refused: one letter repeated 99 %$/],
    ["signs in the place of letters", english.replaceAll("a", "~"), /^text layer refused: \d+ signs inside words$/],
    ["English whose letters stand for others", rotated(english), /^text layer refused: letters that no language sets/],
    ["a shifted part of a page", `${english.replaceAll(". ", ".\n")}\n${shifted(clause, -29)}`, /lie 29 code points/],
  ])("refuses %s and says why", (_, text, reason) => {
    const verdict = judge(text);
    expect(verdict.trusted).toBe(false);
    expect(verdict.reason).toMatch(reason);
    expect(verdict.warnings).toEqual([verdict.reason]);
  });

  test("counts as much as the limits ask for before it speaks", () => {
    const toneless = "กขคงจฉชซ".repeat(24);
    expect(judge(toneless).trusted).toBe(true);
    expect(judge(`${toneless}${toneless}`).reason).toBe("text layer refused: tone marks 0.0 % of the Thai letters");
    expect(judge(`${"an item ".repeat(8).replaceAll(" ", "")}\u0001\u0002`.slice(-49)).trusted).toBe(true);
    expect(judge(`${"an item ".repeat(8).replaceAll(" ", "")}\u0001\u0002`).trusted).toBe(false);
    expect(judge(`${"reviewing ".repeat(97)}\uFFFD`.repeat(3)).trusted).toBe(true);
  });

  test.each([
    ["is always refused by default", sample, {}, false, "text layer refused: it is a scanner's own OCR"],
    ["is believed when that is asked for", sample, { trustScannerText: true }, true, "text layer trusted"],
    [
      "is refused for its own faults even then",
      "abcdefg\u0001\u0002\u0003".repeat(20),
      { trustScannerText: true },
      false,
      "text layer refused: control characters 30 %",
    ],
    [
      "is refused without Thai in a Thai document",
      english,
      { trustScannerText: true },
      false,
      "text layer refused: a scanner's own OCR without Thai in a Thai document",
    ],
    [
      "is believed in English in an English document",
      english,
      { trustScannerText: true, documentHasThai: false },
      true,
      "text layer trusted",
    ],
  ])("a scanner's own text %s", (_, text, context, trusted, reason) => {
    const verdict = judge(text, { ...plain, scannerText: true, ...context });
    expect(verdict).toMatchObject({ trusted, reason });
  });

  test("is told of damage by a producer that no repair undoes", () => {
    const reason = "text layer refused: 3 Thai syllables that come twice";
    const verdict = judge(sample, { ...plain, producerDamage: "3 Thai syllables that come twice" });
    expect(verdict).toEqual({ trusted: false, reason, warnings: [reason] });
  });

  test("judges after repair what it would refuse before", () => {
    const damaged = sample.replace(/[\u0E48-\u0E4C]/g, (mark) =>
      String.fromCharCode(mark.charCodeAt(0) - 0x0e48 + 0xc9),
    );
    expect(judge(damaged).trusted).toBe(false);
    expect(judge(repairTextLayer(damaged).text).trusted).toBe(true);
  });

  test("counts every character once, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const { characters, letters, symbols, upperLatin1, unreadable } = measureTextLayer(text);
        expect(letters + symbols + upperLatin1 + unreadable).toBeLessThanOrEqual(characters);
        expect(characters).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
