import { thaiPrivateUse } from "./private-use.ts";

/** What was repaired; the names are part of an answer's `pages[].repairs`. */
export type RepairName =
  | "privateUseCharacters"
  | "eightBitToneMarks"
  | "spacesBeforeMarks"
  | "splitSaraAm"
  | "composedSaraAm"
  | "saraAmWithSaraAa"
  | "doubledMarks"
  | "doubledClusters"
  | "misorderedMarks"
  | "swappedToneMarks";

export interface ThaiRepair {
  name: RepairName;
  /** Global, and linear in the text: no unbounded repetition can start inside a run that it could have matched. */
  pattern: RegExp;
  /** The repaired run; the run itself when it is to stay. `before` and `after` are the characters beside it, or "". */
  repair(run: string, before: string, after: string): string;
}

// The Thai block of Unicode as character classes, to be put between `[` and `]`. U+0E3F (baht) and the digits and signs
// from U+0E4F on are no letters.
const consonants = "\\u0E01-\\u0E2E";
const toneMarks = "\\u0E48-\\u0E4B";
/** Everything that is drawn above or below the letter before it. */
const combiningMarks = "\\u0E31\\u0E34-\\u0E3A\\u0E47-\\u0E4E";
/** Consonants, vowels and marks: what words are made of. */
const letters = "\\u0E01-\\u0E3A\\u0E40-\\u0E4E";
const all = "\\u0E01-\\u0E3A\\u0E3F-\\u0E5B";

const saraAa = "\u0E32";
const saraAm = "\u0E33";
const nikhahit = "\u0E4D";

const blanks = "\\s\\u200B";
/** U+FFFD, and control characters but tab and line ends: glyphs without a name. */
const unknown = "\\uFFFD\\u0001-\\u0008\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F";
const spacedLetter = `[${letters}][${combiningMarks}]*`;
/** A blank and a SARA AA that stands for itself, in a row of at least three letters that all do. */
const inSpacedWord = [
  `(?=[ \\u00A0]${saraAa}(?:\\s|$))(?:`,
  `(?<=(?:^|\\s)${spacedLetter}[ \\u00A0]${spacedLetter})|`,
  `(?<=(?:^|\\s)${spacedLetter})(?=..[ \\u00A0]${spacedLetter}(?:\\s|$))|`,
  `(?=..[ \\u00A0]${spacedLetter}[ \\u00A0]${spacedLetter}(?:\\s|$)))`,
].join("");
const thai = new RegExp(`[${all}]`);

/**
 * The repairs, in the order in which they are tried. Each makes the text shorter, replaces a code point that is no
 * Thai by one that is, or puts a mark nearer to its consonant for good, so that repeating all of them ends.
 * None of them matches correctly typed Thai, by counts over 9.1 million characters of clean news text: `splitSaraAm`
 * has 3 hits there (all typing errors), `eightBitToneMarks` none.
 */
export const thaiRepairs: readonly ThaiRepair[] = [
  {
    // Beside Thai only: elsewhere the same code points belong to symbol fonts.
    name: "privateUseCharacters",
    pattern: /[\uF700-\uF71A\uF884-\uF89E]+/g,
    repair: (run, before, after) =>
      thai.test(before) || thai.test(after)
        ? Array.from(run, (character) => thaiPrivateUse.get(character) ?? character).join("")
        : run,
  },
  {
    // Fonts with an 8-bit encoding keep the tone marks 0x1F below their TIS-620 code, where Latin-1 has É Ê Ë Ì Í.
    name: "eightBitToneMarks",
    // `ร้านÉlan` is a name.
    pattern: new RegExp(`(?<=[${letters}])[\\u00C9-\\u00CD]+(?![A-Za-z\\u00C0-\\u00FF])`, "g"),
    repair: (run) => Array.from(run, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0xc9 + 0x0e48)).join(""),
  },
  {
    // Only where a letter stands that can carry the mark; what remains is a signal for the judgement.
    name: "spacesBeforeMarks",
    pattern: new RegExp(
      `(?<=[${consonants}${combiningMarks}${saraAa}${saraAm}])[${blanks}]+(?=[${combiningMarks}])`,
      "g",
    ),
    repair: () => "",
  },
  {
    // Not in words set with a blank after every letter: `ก า ร ท่ า เ รื อ`.
    name: "splitSaraAm",
    pattern: new RegExp(`(?<=[${consonants}][${toneMarks}]?)(?!${inSpacedWord})[ \\u00A0]${saraAa}`, "g"),
    repair: () => saraAm,
  },
  {
    name: "composedSaraAm",
    pattern: new RegExp(`${nikhahit}[${toneMarks}]?[ \\u00A0]?${saraAa}`, "g"),
    repair: (run) => run.replace(new RegExp(`[^${toneMarks}]`, "g"), "") + saraAm,
  },
  {
    // Writers that take SARA AM apart to draw it give its first half the text of the whole (PDFKit, pdfmake, pdf-lib).
    name: "saraAmWithSaraAa",
    pattern: new RegExp(`(?<=[${consonants}][${toneMarks}]?)${saraAm}(?:${saraAm}*[${blanks}]{0,3}${saraAa})+`, "g"),
    repair: (run) => (run.includes("\n") ? `${saraAm}\n` : saraAm),
  },
  {
    name: "doubledMarks",
    pattern: new RegExp(`([${combiningMarks}])\\1+|${saraAm}[${saraAm}${unknown}]+`, "g"),
    repair: (run) => run.charAt(0),
  },
  {
    // A letter that is not spoken never comes twice (Typst: `สิทธิ์ธิ์`).
    name: "doubledClusters",
    pattern: new RegExp(`([${consonants}][\\u0E34\\u0E38]?\\u0E4C)\\1+`, "g"),
    repair: (run) => run.slice(0, run.indexOf("\u0E4C") + 1),
  },
  {
    // As NFC orders them; the vowels below the line have no other place, before THANTHAKHAT too.
    name: "misorderedMarks",
    pattern: /[\u0E48-\u0E4C]+[\u0E38-\u0E3A]+/g,
    repair: (run) => run.replace(/([\u0E48-\u0E4C]+)([\u0E38-\u0E3A]+)/, "$2$1"),
  },
  {
    name: "swappedToneMarks",
    pattern: new RegExp(`(?<=[${consonants}])[${saraAa}${saraAm}][${toneMarks}]+`, "g"),
    repair: (run) => run.slice(1) + run.charAt(0),
  },
];
