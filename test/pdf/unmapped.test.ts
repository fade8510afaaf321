import { describe, expect, test } from "bun:test";
import { linesOfSigns, mayHoldCodes, unmappedCharacters } from "../../src/pdf/unmapped.ts";

test.each([
  ["prose", "The contractor's drawings (see 4.2b) are e-mailed to a.b@example.org; 5m and 10kN/m2.", false],
  ["Thai", "ผู้รับจ้างขอส่งแบบเลขที่ ๓ แก้ไขครั้งที่ 3", false],
  ["French", "L'élève dévoué a été élu à l'Académie", false],
  ["control characters", "ab\u0001c\u0002 d\u0003", true],
  ["numbers of glyphs as rare letters", "o\u01A5ce e\u01A5ect \u0200", true],
  ["figures inside words", "o4ce di5erent e6ect", true],
])("codes may stand in %s: %#", (_what, text, expected) => {
  expect(mayHoldCodes(text)).toBe(expected);
});

test.each([
  ["none", "The slab", "The slab", ""],
  ["all", "WKH\nVODE", "\uFFFD\uFFFD\uFFFD\n\uFFFD\uFFFD\uFFFD\uFFFD", "WKH\nVODE"],
  ["some, with other blanks", "The VODE is", "The\n\uFFFD\uFFFD\uFFFD\uFFFDis", "VODE"],
  ["more than can be set beside each other", "fi VODE", "\uFFFD\uFFFD", "\uFFFD\uFFFD"],
])("the characters that fonts do not tell: %s", (_what, withCodes, marked, expected) => {
  expect(unmappedCharacters(withCodes, marked)).toBe(expected);
});

test("only lines of signs look like the order of glyphs", () => {
  const signs = '!"#$%&\'()*%(&)$+"*,,$+-./0($1)';
  expect(linesOfSigns(`The slab (see 4.2) is 50% thicker.\n${signs}\n"quoted", and so on & on`)).toBe(signs);
});

describe("a line looks like the order of glyphs", () => {
  test.each([
    ["of twelve characters", "a!b!c defghij", true],
    ["of eleven", "a!b!c defghi", false],
    ["with signs inside it for three in twenty", "a!b!c!defghijklmnopq", true],
    ["with fewer", "a!b!c!defghijklmnopqr", false],
    ["with signs at the ends of its words", "!abcdef ghij! !klmno !pqrst !uvw", false],
    ["with points, commas, colons, slashes and hyphens", "a.b,c:d/e-f.g,h:i/j-k", false],
  ])("%s: %p", (_, line, looks) => {
    expect(linesOfSigns(`The slab\n${line}`)).toBe(looks ? line : "");
  });
});

test.each([
  ["two", "a\u0001b\u0002", false],
  ["three", "a\u0001b\u0002c\u0003", true],
])("%s codes are more than chance, or not", (_, text, expected) => {
  expect(mayHoldCodes(text)).toBe(expected);
});
