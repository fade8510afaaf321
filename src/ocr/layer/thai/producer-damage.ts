/**
 * Damage that PDF producers do to Thai and that no table can undo: what stood there can be told from the picture only.
 * Every sign is a spelling that Thai does not have. Counted in 10 million characters of dictionaries, titles and texts of
 * programs, where they are typing errors, and in documents of eleven producers with nineteen fonts.
 */

const consonant = "[\\u0E01-\\u0E2E]";
const tone = "[\\u0E48-\\u0E4B]";
/** What stands above or below a consonant as its vowel, U+0E47 included. */
const vowelMark = "[\\u0E31\\u0E34-\\u0E39\\u0E47]";
const mark = "[\\u0E31\\u0E34-\\u0E3A\\u0E47-\\u0E4E]";
const saraAm = "\\u0E33";
/** What people write around and between letters that they cite: `น้-า`, `"ะ"`, `(ำ)`. */
const citing = "\\s\\u200B\\-\\u2010-\\u2015_.…/()\\[\\]\"'“”‘’*";

const thaiLetter = /[\u0E01-\u0E3A\u0E40-\u0E4E]/g;

interface Sign {
  pattern: RegExp;
  /** How often it must be found: what is rare but right needs more than one. */
  atLeast: number;
  name: string;
}

const signs: readonly Sign[] = [
  {
    // Also where a font's one glyph for two marks has the name of the other one: `จูาง` for `จ้าง`, `ใหู` for `ให้`.
    name: "syllables with two vowels or a tone mark before the vowel",
    pattern: new RegExp(
      [
        `${vowelMark}${tone}?(?:${vowelMark}|[\\u0E30\\u0E32\\u0E33])`,
        `${tone}[\\u0E31\\u0E34-\\u0E37]`,
        "[\\u0E40-\\u0E44][\\u0E30-\\u0E3A\\u0E47-\\u0E4E]",
        `[\\u0E42-\\u0E44]${consonant}[\\u0E31\\u0E34-\\u0E39]`,
      ].join("|"),
      "g",
    ),
    atLeast: 1,
  },
  {
    // Typst writes the text of a cluster once for each of its glyphs. `ที่ที่` is right, and `สู้สู้` may be.
    name: "syllables that come twice",
    pattern: new RegExp(
      `(?!\\u0E17\\u0E35\\u0E48)(${consonant}(?:${mark}{2,}|\\u0E47))\\1|(${consonant}${tone}?${saraAm})\\2\\2`,
      "g",
    ),
    atLeast: 2,
  },
  {
    // A glyph number or a wrong sign has taken the place of a letter: `ก;าลัง`, `ครั1ง`, `เรื,อง`, `น1ำ`.
    name: "foreign signs inside Thai syllables",
    pattern: new RegExp(
      `[^\\u0E01-\\u0E5B${citing}](?=[\\u0E30-\\u0E3A\\u0E47-\\u0E4E])|[\\u0E31\\u0E37]${tone}?(?=[^\\u0E01-\\u0E5B${citing}])`,
      "g",
    ),
    atLeast: 2,
  },
  {
    // fpdf2 draws the tone mark and the second half of SARA AM as glyphs without names: `น้ำE\u000Dพลาสติก`.
    name: "SARA AM before glyphs without a name",
    pattern: /\u0E33[^\s\u0E01-\u0E5B](?![\t\n])[\p{Cc}\uFFFD]/gu,
    atLeast: 1,
  },
  {
    // What stands to the left of its consonant was written as it is seen. Lines may be broken anywhere.
    name: "vowels at the ends of words that they begin",
    pattern: /[\u0E01-\u0E3A\u0E47-\u0E4E][\u0E40-\u0E44](?=[ \u00A0])/g,
    atLeast: 3,
  },
  {
    // Where SARA AM came out as MAI THO and SARA AA: the most frequent words that this makes impossible.
    name: "words with ้า in the place of ำ",
    pattern:
      /(?<![เ-ไ])(?:ก้าลัง|ก้าหนด|จ้านวน|ส้าหรับ|ด้าเนิน|อ้าเภอ|ส้าคัญ|จ้ากัด|ส้าเร็จ|ส้านัก|อ้านาจ|ต้าแหน่ง|ประจ้า|ค้านวณ|จ้าหน่าย|ส้ารวจ|ต้ารวจ|ส้าเนา|ช้านาญ)/g,
    atLeast: 1,
  },
  {
    // Where its upper part was lost.
    name: "words with า in the place of ำ",
    pattern:
      /(?<![เ-ไ])(?:กาหนด|จานวน|สาหรับ|ดาเนิน|อาเภอ|ตาแหน่ง|คานวณ|สาเร็จ|สานักงาน|อานาจ|ตารวจ|สารวจ|จากัด|จาหน่าย|สาเนา|ชานาญ)/g,
    atLeast: 2,
  },
  {
    // Where the second half of SARA AM, which is SARA AA, got the name of the whole (WeasyPrint).
    name: "words with ำ in the place of า",
    pattern: /กำร[กจดตทปพส]|งำน|อำคำร|ตำม(?!ะ)|จ้ำง|ข้ำง/g,
    atLeast: 2,
  },
];

/**
 * What is wrong with the text of a page beyond repair, in a few words, or undefined. Text without Thai has nothing.
 *
 * @param given the text as it was extracted
 * @param repaired the same after the repairs
 */
export function producerDamage(given: string, repaired: string): string | undefined {
  if (!/[\u0E01-\u0E2E]/.test(repaired)) return undefined;
  for (const { name, pattern, atLeast } of signs) {
    const found = countOf(pattern, repaired);
    // One in a thousand letters: clean text has a typing error of these kinds in some 60,000, damage one in each line.
    if (found >= atLeast && found * 1000 >= countOf(thaiLetter, repaired)) return `${found} Thai ${name}`;
  }
  if (saraAmIsAmbiguous(given)) return "MAI THO twice before SARA AM: ้า may stand for ำ";
  return glyphNumbersBehindSaraAm(repaired);
}

/**
 * Some fonts give their SARA AM glyph the text of MAI THO and SARA AA (PDFKit with Loma), so that `น้ำ` comes out as
 * `น้้ำ` and `กำ` as `ก้า`. Where other marks are doubled too, everything was drawn twice, which the repair undoes.
 */
function saraAmIsAmbiguous(given: string): boolean {
  const doubled = countOf(/\u0E49\u0E49\u0E33/g, given);
  if (doubled === 0 || !given.includes("\u0E49\u0E32")) return false;
  return doubled > countOf(/([\u0E31\u0E34-\u0E3A\u0E47-\u0E4E])\1(?!\u0E33)/g, given);
}

/** The last of one or two characters that follow SARA AM without a blank and are no letters, and the letter behind. */
const behindSaraAm =
  /\u0E33[^\s\u0E01-\u0E5B\u200B\p{L}\p{M}]?([^\s\u0E01-\u0E5B\u200B\p{L}\p{M}])(?=([\u0E01-\u0E2E\u0E40-\u0E44])?)/gu;
const punctuation = /\p{P}/u;

/**
 * A PDF writer that shapes text but names its glyphs badly (fpdf2) leaves the number of a glyph behind every SARA AM, as
 * the character of that number: `กำ2ลัง`. `ขั้นต่ำ300บาท` beside others without a number is what somebody wrote.
 */
function glyphNumbersBehindSaraAm(text: string): string | undefined {
  const all = countOf(/\u0E33/g, text);
  const followers = new Map<string, { count: number; insideWords: number }>();
  for (const [, follower = "", next] of text.matchAll(behindSaraAm)) {
    const seen = followers.get(follower) ?? { count: 0, insideWords: 0 };
    followers.set(follower, { count: seen.count + 1, insideWords: seen.insideWords + (next === undefined ? 0 : 1) });
  }
  for (const [follower, { count, insideWords }] of followers) {
    const enough = punctuation.test(follower) ? insideWords >= 3 : insideWords > 0 && (count >= 2 || all === 1);
    if (enough && 2 * count >= all) return `${count} of ${all} SARA AM before "${follower}"`;
  }
  return undefined;
}

const countOf = (pattern: RegExp, text: string): number => text.match(pattern)?.length ?? 0;
