import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cleanMarkdown } from "../../src/ocr/clean.ts";
import { countUnknown, printable } from "../../src/ocr/printable.ts";

describe("what of a text can be printed", () => {
  test.each([
    [
      "control characters",
      "M·y / \b and \u0001\u001F\u007F\u0085\u009F",
      "M·y / \uFFFD and \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD",
    ],
    ["noncharacters", "\uFFFE\uFFFF", "\uFFFD\uFFFD"],
    ["tabs and line ends", "a\tb\r\nc\nd", "a\tb\r\nc\nd"],
    ["other ends of lines", "a\vb\fc\u2028d\u2029e", "a\nb\nc\nd\ne"],
    ["soft hyphens", "S\u00AD204, rein\u00AD\nforcement", "S-204, rein-\nforcement"],
    ["overrides of direction", "pay \u202E005\u202C to \u2066x\u2069\u200F\u061C", "pay 005 to x"],
    ["tags that nobody sees", "approved\u{E0041}\u{E007F}", "approved"],
    ["a byte order mark", "\uFEFFTitle", "Title"],
    ["what joins and parts letters", "ก\u200Bข می\u200Cخواهم 👩\u200D🚒", "ก\u200Bข می\u200Cخواهم 👩\u200D🚒"],
    ["variants of characters", "✔\uFE0F 葛\u{E0100}", "✔\uFE0F 葛\u{E0100}"],
  ])("%s", (_, given, expected) => {
    expect(printable(given)).toBe(expected);
  });

  test("no control character is left of any text, and nothing is done twice", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
        const once = printable(text);
        expect(once).not.toMatch(/(?![\t\n\r])[\p{Cc}\u202A-\u202E]/u);
        expect(printable(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  test("unknown characters are counted", () => {
    expect([countUnknown(""), countUnknown("a"), countUnknown("\uFFFDa\uFFFD")]).toEqual([0, 0, 2]);
  });

  test("a row of ticks is no noise of scanning", () => {
    expect(cleanMarkdown("Approved\n✔ ✔ ✔ ✔\n\u0002\u0002\u0002\u0002")).toBe(
      "Approved\n✔ ✔ ✔ ✔\n\uFFFD\uFFFD\uFFFD\uFFFD",
    );
  });
});
