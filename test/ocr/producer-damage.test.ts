import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { repairTextLayer } from "../../src/ocr/layer/repair.ts";
import { producerDamage } from "../../src/ocr/layer/thai/producer-damage.ts";

const sample = await Bun.file(resolve(import.meta.dir, "../fixtures/thai-sample.txt")).text();
const lines = sample.trim().split("\n");
const damageOf = (text: string) => producerDamage(text, repairTextLayer(text).text);

/** What PDFKit makes of SARA AM with the Loma font. */
const saraAmOfLoma = (text: string) => text.replace(/(\u0E49?)\u0E33/g, (_, tone) => (tone ? "้้ำ" : "้า"));

describe("damage of PDF producers to Thai that no repair undoes", () => {
  test.each([
    [
      "Typst: the text of a cluster for each of its glyphs",
      "ทั้ทั้ั้งสิ้สิ้น 1,284,500 บาท",
      /^1 Thai syllables with two vowels/,
    ],
    ["a tone mark before the vowel above it", "ผู้รับจ้างก่ีราย", /^1 Thai syllables with two vowels or a tone mark/],
    ["clusters twice, with marks that fit", "เรื่รื่อง ขออนุมัติ เลขที่ที่ 3 เพื่พื่อพิจารณา", "2 Thai syllables that come twice"],
    ["one word three times in itself", "น้ำน้ำน้ำหนักบรรทุก พื้พื้นที่", "2 Thai syllables that come twice"],
    ["fpdf2: numbers of glyphs as digits", "น้ำ2หนักบรรทุกและกำ2ลัง", '2 of 2 SARA AM before "2"'],
    ["two glyphs behind SARA AM", "น้ำ34หนักบรรทุกและกำ4ลัง ทำ4ตาม", '3 of 3 SARA AM before "4"'],
    ["one SARA AM alone", "ต้องทำ4ตามแบบ", '1 of 1 SARA AM before "4"'],
    ["a glyph number that is punctuation", "กำ.ลังคอนกรีต ทำ.ตามข้อกำ.หนด", '3 of 3 SARA AM before "."'],
    [
      "a sign in the place of SARA AM's upper part",
      "น;้าหนักบรรทุกและก;าลัง",
      "2 Thai foreign signs inside Thai syllables",
    ],
    [
      "digits and commas in the place of marks",
      "ระยะที, ครั1ง เรื,อง ป1าย น1ำ",
      "4 Thai foreign signs inside Thai syllables",
    ],
    ["PDFKit with Loma", "น้้ำหนัก ก้าแพง", "MAI THO twice before SARA AM: ้า may stand for ำ"],
    [
      "one glyph with the name of another",
      "ผู้รับจูาง ใหูทราบ ไดูรับ",
      "3 Thai syllables with two vowels or a tone mark before the vowel",
    ],
    ["SARA AA with the name of SARA AM", "สำนักงำนโครงกำรก่อสร้ำงอำคำรเรียน", "3 Thai words with ำ in the place of า"],
    [
      "glyphs without a name behind SARA AM",
      "รางน้ำE\uFFFD งานทาสีน้ำE\uFFFDพลาสติก",
      "2 Thai SARA AM before glyphs without a name",
    ],
    ["vowels behind their consonants", "กเ รงก่า ปลแ งสง ตไ มนเ อง", /^\d Thai vowels at the ends of words/],
    ["the same without a word that has both", "ส้านักงาน จังหวัดชลบุรี", "1 Thai words with ้า in the place of ำ"],
    ["SARA AM that lost its upper part", "สานักงาน อาเภอศรีราชา", "2 Thai words with า in the place of ำ"],
  ])("%s", (_, text, damage) => {
    expect(damageOf(text)).toMatch(damage);
  });

  test("is found on whole pages too", () => {
    const damages: ((text: string) => string)[] = [
      (text) => text.replaceAll("\u0E33", "\u0E332"),
      saraAmOfLoma,
      (text) => text.replace(/([\u0E01-\u0E2E][\u0E31\u0E34-\u0E3A]+[\u0E48-\u0E4B])/g, "$1$1"),
      (text) => text.replace(/([\u0E34-\u0E37])([\u0E48-\u0E4B])/g, "$2$1"),
      (text) => text.replaceAll("\u0E33", ";\u0E32"),
      (text) => text.replaceAll("\u0E48", "1"),
    ];
    for (const damage of damages) {
      expect(damageOf(damage(sample))).toBeString();
      expect(damageOf(damage(sample.repeat(5)))).toBeString();
    }
  });

  test.each([
    ["clean Thai", sample],
    ["English", "The contractor shall submit 2 drawings; water 2 l, 3 phases.".repeat(20)],
    ["digits that belong there", "ทำ 4 ข้อ และน้ำ 2 ลิตร จำนำ 3 ราย"],
    ["digits without a blank beside others without any", "ขั้นต่ำ300บาท มอเตอร์เหนี่ยวนำ3เฟส สำนักงาน ตำบล อำเภอ กำลัง"],
    ["rooms with numbers", "ห้องน้ำ1 ห้องน้ำ2 ห้องน้ำ3\nห้องน้ำ1"],
    ["a bracket behind SARA AM", "ท่อน้ำ(เดิม)"],
    ["words that are right twice", "สถานที่ที่เกี่ยวข้อง วันที่ที่กำหนด ทันทีที่ ดีดี พิพิธภัณฑ์ ได้ด้วย"],
    ["ค้า and จ้า as parts of other words", "ลูกค้าสั่งซื้อ พระเจ้าเป็นใหญ่ ข้าพเจ้ากำหนด ล่าช้าระหว่างก้าวหน้า เหล้าดับ เวลาดับไฟ"],
    ["words with า that look like others with ำ", "ประจาน เสานัก เจรจาเป็นผล ราคาสั่งซื้อ ทางานไม้"],
    ["vowels that are spoken of", "สระ -า, \"ะ\" (ำ) และ 'ั' ใน น้-า"],
    ["marks that are all doubled", "น้้ำท่่วม ที่่นี้้ ก้้าว"],
    ["น้ำ with a doubled tone mark and no ้า", "น้้ำหนัก"],
    ["one typing error on a long page", `${sample}ท่ี${sample}`.repeat(2)],
    ["words with many ำ", "กำราบ งำ ว่ำ อำนาจ จำนำ ลำไย ตำมะเหง ย้ำ ค่ำ คำรำ"],
    ["names from abroad", "โป็ลก์ โน็ต แมคโดนัลด์ ไวรัส โอ๊ต โต๊ะ"],
    ["words set with a blank after every letter", "ก า ร ท่ า เ รื อ แ ห่ ง ป ร ะ เ ท ศ ไ ท ย"],
    ["the Latin names of a drawing", "เสา C1 ถึง C12 ระบบCCTVของอาคาร ชั้นBของโครงการ"],
  ])("is not seen in %s", (_, text) => {
    expect(damageOf(text)).toBeUndefined();
  });

  test("is not seen in single lines of clean Thai, however they are put together", () => {
    for (const line of lines) expect(damageOf(line)).toBeUndefined();
    expect(damageOf(lines.toReversed().join(""))).toBeUndefined();
  });
});
