import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import fc from "fast-check";
import { repairTextLayer } from "../../src/ocr/layer/repair.ts";
import { thaiPrivateUse } from "../../src/ocr/layer/thai/private-use.ts";

const sample = await Bun.file(resolve(import.meta.dir, "../fixtures/thai-sample.txt")).text();
const lines = sample.trim().split("\n");

/** Everything that any repair looks at, and its neighbours. */
const suspects = Array.from(
  "กขญฐป \u00A0\n\u200Bาำะเ\u0E31\u0E34\u0E38\u0E47\u0E48\u0E49\u0E4C\u0E4D\u0E4EÉÊÍéA1.\uFFFD\uF700\uF70A\uF71A\uF884\uF89E\uF0B7",
);
const damaged = fc.string({
  unit: fc.oneof(fc.constantFrom(...suspects), fc.string({ unit: "binary", minLength: 1, maxLength: 1 })),
  maxLength: 60,
});

describe("repairing a Thai text layer", () => {
  test.each([
    ["ท\uF702\uF70A", "ที่", { privateUseCharacters: 2 }],
    ["ก\uF705\uF713", "ก่", { privateUseCharacters: 2, doubledMarks: 1 }],
    ["ป\uF88Cา", "ป่า", { privateUseCharacters: 1 }],
    ["\uF70Fาติ", "ญาติ", { privateUseCharacters: 1 }],
    ["\uF89Eาน", "ฐาน", { privateUseCharacters: 1 }],
    ["ผ\uF89C\uF88E", "ผู้", { privateUseCharacters: 2 }],
    ["ทีÉนีÊ", "ที่นี้", { eightBitToneMarks: 2 }],
    ["กÉÍ", "ก่์", { eightBitToneMarks: 2 }],
    ["กÉ กÊ กË กÌ กÍ", "ก่ ก้ ก๊ ก๋ ก์", { eightBitToneMarks: 5 }],
    ["ค าสั่ง", "คำสั่ง", { splitSaraAm: 1 }],
    ["น้ าท่วม", "น้ำท่วม", { splitSaraAm: 1 }],
    ["ค\u00A0าสั่ง", "คำสั่ง", { splitSaraAm: 1 }],
    ["ค\u0E4Dาสั่ง", "คำสั่ง", { composedSaraAm: 1 }],
    ["น\u0E4D\u0E49า", "น้ำ", { composedSaraAm: 1 }],
    ["น\u0E49\u0E4Dา", "น้ำ", { composedSaraAm: 1 }],
    ["น\u0E4Dา\u0E49", "น้ำ", { composedSaraAm: 1, swappedToneMarks: 1 }],
    ["ที่่", "ที่", { doubledMarks: 1 }],
    ["ผู้้้", "ผู้", { doubledMarks: 1 }],
    ["คำำสั่ง", "คำสั่ง", { doubledMarks: 1 }],
    ["คำ\uFFFDสั่ง", "คำสั่ง", { doubledMarks: 1 }],
    ["น้ำาหนักและกำาลัง", "น้ำหนักและกำลัง", { saraAmWithSaraAa: 2 }],
    ["ต้องทำ\nาตามข้อกำ าหนด", "ต้องทำ\nตามข้อกำหนด", { saraAmWithSaraAa: 2 }],
    ["นำ\u0E49าท่วม", "น้ำท่วม", { swappedToneMarks: 1, saraAmWithSaraAa: 1 }],
    ["ผ\u0E49\u0E39จัดการ", "ผู้จัดการ", { misorderedMarks: 1 }],
    ["ทุงอย\u0E48\u0E39", "ทุงอยู่", { misorderedMarks: 1 }],
    ["พันธ\u0E4C\u0E38พืช", "พันธุ์พืช", { misorderedMarks: 1 }],
    ["ผ\uF70B\uF719รับ", "ผู้รับ", { privateUseCharacters: 2, misorderedMarks: 1 }],
    ["ต้องท า ณ ที่นี้ ตามข้อก าหนด", "ต้องทำ ณ ที่นี้ ตามข้อกำหนด", { splitSaraAm: 2 }],
    ["สิทธิ์ธิ์ของพันธุ์ธุ์", "สิทธิ์ของพันธุ์", { doubledClusters: 2 }],
    ["คอนกรีตกำ\u0012ลังอัด", "คอนกรีตกำลังอัด", { doubledMarks: 1 }],
    ["กา\u0E48", "ก่า", { swappedToneMarks: 1 }],
    ["ที \u0E48", "ที่", { spacesBeforeMarks: 1 }],
    ["ท \u0E35\n\u0E48", "ที่", { spacesBeforeMarks: 2 }],
    ["ม \u0E31น", "มัน", { spacesBeforeMarks: 1 }],
    ["กา \u0E48", "ก่า", { spacesBeforeMarks: 1, swappedToneMarks: 1 }],
    ["ท\uF702 \uF70Aก", "ที่ก", { privateUseCharacters: 2, spacesBeforeMarks: 1 }],
  ])("%j becomes %j", (given, expected, repairs) => {
    expect(repairTextLayer(given)).toEqual({ text: expected, repairs });
  });

  test.each([
    ["a private-use code of a symbol font beside Thai", "\uF0B7 ข้อ\uF0FC"],
    ["a private-use code of the table without a Thai neighbour", "Total \uF70A 5\uF884"],
    ["accented letters outside Thai", "École Ênfase Ìndia Í ก ÉCOLE"],
    ["SARA AA behind a blank that no consonant stands before", "5 า เ า"],
    ["a mark that nothing before it can carry", "A \u0E48, 1 \n\u0E34 เ \u0E49"],
    ["SARA AA and a tone mark without their own consonant", "ก่า\u0E48"],
    ["compatibility forms, which NFKC would take apart", "ำ ﬁ ① Å Å"],
    ["words set with a blank after every letter", "ป ร ะ ก า ศ\nก า ร ท่ า เ รื อ\n\nข้ อ กำ ห น ด ก า ร"],
    ["an accented name behind a Thai word", "ร้านÉlan และร้านÊtreÊtre"],
    ["SARA AM before a digit, and beside SARA AA in a list of vowels", "ทำ 4 ข้อ น้ำ2 ลิตร ะ ำ า ไ"],
    ["English", "The contractor shall submit shop drawings within 7 days.\nNo. 15 — É"],
    ["nothing at all", ""],
  ])("leaves alone %s", (_, given) => {
    expect(repairTextLayer(given)).toEqual({ text: given, repairs: {} });
  });

  test("maps every code point of the table beside a Thai letter, and only to marks and consonants", () => {
    expect(thaiPrivateUse.size).toBe(54);
    for (const [from, to] of thaiPrivateUse) {
      expect(repairTextLayer(`ก${from}ข`).text).toBe(`ก${to}ข`);
      expect(to).toMatch(/^[\u0E0D\u0E10\u0E31\u0E34-\u0E3A\u0E47-\u0E4D]$/);
    }
  });

  test("does not change clean Thai, however its words are put together", () => {
    expect(repairTextLayer(sample)).toEqual({ text: sample, repairs: {} });
    const words = sample.split(/\s+/).filter((word) => word !== "ๆ");
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...words, ...lines), { maxLength: 20 }),
        fc.constantFrom(" ", "\n"),
        (parts, glue) => {
          const text = parts.join(glue);
          expect(repairTextLayer(text)).toEqual({ text, repairs: {} });
        },
      ),
    );
  });

  test("does not change the words that look most like damage", () => {
    const words =
      "น้ำ ซ้ำ ก้าว ล้ำ ค้ำ ย้ำ ถ้ำ ป้ำ ก้ำกึ่ง กำ ก้า ค่ำ ร่ำ ต่ำ ข้าม ท้าทาย ค้า ร้าน้ำ ทำอาหาร นำอาวุธ ลำไย จำอวด คำอาน พันธุ์ สัตว์ ผู้ คู่ ปู่ ที่ที่ สู้สู้ ฎีกา ฤๅ ก็ เก๋า";
    for (const glue of ["", " ", "\n"]) {
      const text = words.split(" ").join(glue);
      expect(repairTextLayer(text)).toEqual({ text, repairs: {} });
    }
  });

  test("is idempotent on any text", () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const once = repairTextLayer(text).text;
        expect(repairTextLayer(once)).toEqual({ text: once, repairs: {} });
      }),
      { numRuns: 3000 },
    );
  });

  test("brings clean text back after each kind of damage", () => {
    const damages: ((text: string) => string)[] = [
      (text) => text.replaceAll("\u0E33", " \u0E32"),
      (text) => text.replaceAll("\u0E33", "\u0E4D\u0E32"),
      (text) => text.replaceAll("\u0E33", "\u0E33\uFFFD"),
      (text) => text.replaceAll("\u0E33", "\u0E33\u0E32"),
      (text) => text.replace(/([\u0E38\u0E39])([\u0E48-\u0E4C])/g, "$2$1"),
      (text) => text.replace(/[\u0E48-\u0E4C]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0x0e48 + 0xc9)),
      (text) => text.replace(/[\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]/g, " $&"),
      (text) => text.replace(/[\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]/g, "$&$&"),
      (text) => text.replace(/([\u0E48-\u0E4B])\u0E32/g, "\u0E32$1"),
    ];
    for (const damage of damages) {
      expect(damage(sample)).not.toBe(sample);
      expect(repairTextLayer(damage(sample)).text).toBe(sample);
    }
  });

  test.each([
    " ",
    "\n",
    "\uF70A",
    "É",
    "ก่ ",
    "า่",
    "ำ",
    "ก า",
    "\u0E4D",
    "กา่",
    "ก \u0E48",
    "ำา",
    "กำ  ",
    "ธิ์",
    "ก า ",
    "กุ่",
  ])("ends on a megabyte of %j", (unit) => {
    const text = `ก${unit.repeat(1_000_000 / unit.length)}`;
    const once = repairTextLayer(text).text;
    expect(repairTextLayer(once).text).toBe(once);
  });
});
