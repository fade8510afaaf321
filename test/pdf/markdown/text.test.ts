import { describe, expect, test } from "bun:test";
import { escapeCell, escapeLineStart, escapeText } from "../../../src/pdf/markdown/escape.ts";
import { compoundsOf, joinLines, joinRow } from "../../../src/pdf/markdown/join-text.ts";
import { listMarker } from "../../../src/pdf/markdown/list-marker.ts";
import { hasSameLetters } from "../../../src/pdf/markdown/same-letters.ts";

describe("lines of a paragraph", () => {
  test.each<[string, string[], string]>([
    ["are joined with a blank", ["one", "two"], "one two"],
    ["lose the hyphen that parts a word", ["the admix-", "ture of"], "the admixture of"],
    ["lose a soft hyphen", ["ad\u00ADmix\u00AD", "ture"], "ad\u00ADmixture"],
    ["keep the hyphen of a name", ["Rolls-", "Royce"], "Rolls-Royce"],
    ["keep the hyphen of a word that stands on the page", ["self-", "locking nut"], "self-locking nut"],
    ["keep the hyphen of a word that begins a sentence elsewhere", ["work off-", "site"], "work off-site"],
    ["keep a dash before a number", ["pages 7-", "8"], "pages 7- 8"],
    ["of Thai are joined without a blank", ["ร้อยละของเรื่องร้อง", "เรียนที่ดำเนินการ"], "ร้อยละของเรื่องร้องเรียนที่ดำเนินการ"],
    ["of Thai keep the blank behind the sign of repetition", ["ต่าง ๆ", "ที่ดิน"], "ต่าง ๆ ที่ดิน"],
    ["of Thai and Latin keep their blank", ["ระบบ", "CCTV"], "ระบบ CCTV"],
  ])("%s", (_, lines, joined) => {
    expect(joinLines(lines, compoundsOf(["a self-locking nut", "Off-site work"]))).toBe(joined);
  });

  test("pieces of a row are read in the direction of their script", () => {
    expect(joinRow(["Name:", "Rick"])).toBe("Name: Rick");
    expect(joinRow(["من القوة", "البرمجة بلغة"])).toBe("البرمجة بلغة من القوة");
  });
});

describe("escaping", () => {
  test.each([
    ["2 * 3 and a_b", "2 * 3 and a_b"],
    ["*ผล", "*ผล"],
    ["*so* and **so**", "\\*so\\* and \\*\\*so\\*\\*"],
    ["_private and snake_case", "\\_private and snake_case"],
    ["`code`", "\\`code\\`"],
    ["a <b> or 1 < 2", "a \\<b> or 1 < 2"],
    ["[1] and [a](b)", "[1] and \\[a](b)"],
    ["R&D, &amp;", "R&D, \\&amp;"],
    ["C:\\path and \\*", "C:\\path and \\\\*"],
  ])("%s", (text, escaped) => {
    expect(escapeText(text)).toBe(escaped);
  });

  test.each([
    ["# 5", "\\# 5"],
    ["#5", "#5"],
    ["- a", "\\- a"],
    ["-5", "-5"],
    ["1986. A year", "1986\\. A year"],
    ["๑. หนึ่ง", "๑. หนึ่ง"],
    ["> a", "\\> a"],
    ["---", "\\---"],
    ["a - b", "a - b"],
  ])("at the beginning of a line: %s", (text, escaped) => {
    expect(escapeLineStart(text)).toBe(escaped);
  });

  test("in a cell the sign that parts cells", () => {
    expect(escapeCell("a | b")).toBe("a \\| b");
  });
});

describe("the marker of a list item", () => {
  test.each([
    ["• one", "bullet", "one"],
    ["- one", "bullet", "one"],
    ["1. one", "decimal", "one"],
    ["๑) หนึ่ง", "decimal", "หนึ่ง"],
    ["ก. หนึ่ง", "letter", "หนึ่ง"],
    ["(ก) หนึ่ง", "bracketed", "หนึ่ง"],
    ["(iv) four", "bracketed", "four"],
    ["1.1.1 one", "levels", "one"],
    ["๑.๒ หนึ่ง", "levels", "หนึ่ง"],
  ] as const)("%s", (text, kind, rest) => {
    expect(listMarker(text)).toMatchObject({ kind, rest });
  });

  test.each(["-5 degrees", "1.5", "a word", "(see above) one", "Dr. Smith"])("is not seen in %s", (text) => {
    expect(listMarker(text)).toBeUndefined();
  });
});

describe("the letters of a page", () => {
  test("may stand in another order, with other white space, hyphens and markup", () => {
    expect(hasSameLetters("# Title\n\n- a hyphen\u00ADated *word*", "• a hyphen-\nated word\nTitle")).toBe(true);
  });

  test.each([
    ["a letter is missing", "Titl", "Title"],
    ["a digit is missing", "12", "123"],
    ["a letter is there twice", "Titlee", "Title"],
    ["a tone mark is missing", "ทีน", "ที่น"],
  ])("are not the same where %s", (_, markdown, plain) => {
    expect(hasSameLetters(markdown, plain)).toBe(false);
  });

  test("of an address that a link adds are not counted", () => {
    expect(hasSameLetters("[site](https://a.example)", "site", "https://a.example")).toBe(true);
    expect(hasSameLetters("[site](https://a.example)", "site")).toBe(false);
  });
});
