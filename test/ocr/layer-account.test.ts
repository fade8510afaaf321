import { describe, expect, test } from "bun:test";
import { accountOf, isScannerText } from "../../src/ocr/layer/account.ts";

const sound = { characters: 1000, hiddenCharacters: 0, unreadLetters: 0, unmapped: "", imageCoverage: 0 };
const objectionTo = (facts: Partial<Parameters<typeof accountOf>[0]>, repaired = 0) =>
  accountOf({ ...sound, ...facts }, repaired, false).objection;

describe("a text layer", () => {
  test.each([
    ["accounts for a page of text", {}, undefined],
    [
      "does not account for a scan under a stamp",
      { characters: 143, unreadLetters: 600, imageCoverage: 1 },
      /about 600 letters/,
    ],
    ["accounts for a page with a letterhead", { unreadLetters: 90 }, undefined],
    ["accounts for a manual with screenshots", { unreadLetters: 450 }, undefined],
    ["does not account for half of the letters", { unreadLetters: 500 }, /beside 1000 characters of text$/],
    [
      "does not account for a picture too large to be looked at",
      { unreadLetters: undefined, imageCoverage: 0.9 },
      /cover 90 %/,
    ],
    ["is measured by what of it is seen", { characters: 190, hiddenCharacters: 15, unreadLetters: 90 }, /beside 175/],
    ["that hides a tenth is none", { hiddenCharacters: 100 }, /^10 % of its characters cannot be seen$/],
    ["may hide some words", { hiddenCharacters: 99 }, undefined],
    ["may hide a few characters of few", { characters: 40, hiddenCharacters: 5 }, undefined],
    ["that hides half of a few is none", { characters: 10, hiddenCharacters: 5 }, /^50 %/],
    ["of glyphs that no font tells is none", { unmapped: "\u0251\u0252".repeat(20) }, /fonts do not tell 4 % of its/],
    ["may have some such glyphs", { unmapped: "\u0251".repeat(29) }, undefined],
    ["may have glyphs that read as English", { unmapped: "the contractor and the engineer ".repeat(9) }, undefined],
  ])("%s", (_sentence, facts, objection) => {
    if (objection === undefined) expect(objectionTo(facts)).toBeUndefined();
    else expect(objectionTo(facts)).toMatch(objection);
  });

  test("is not blamed for glyphs that were repaired", () => {
    expect(objectionTo({ unmapped: "\u0251".repeat(40) }, 20)).toBeUndefined();
  });

  test.each([
    [{ hiddenCharacters: 40 }, ["40 characters of the text layer cannot be seen on the page"]],
    [{ hiddenCharacters: 9, unreadLetters: 59 }, []],
    [{ unreadLetters: 60, imageCoverage: 0.1 }, ["about 60 letters in pictures or outlines are not in the text layer"]],
    [{ unreadLetters: 24, imageCoverage: 0.9 }, ["about 24 letters in pictures or outlines are not in the text layer"]],
    [{ unreadLetters: 23, imageCoverage: 0.9 }, []],
    [{ unreadLetters: 233 }, ["about 233 letters in pictures or outlines are not in the text layer"]],
    [{ unreadLetters: undefined, imageCoverage: 0.1 }, []],
  ])("that is read says what is not right in it: %j", (facts, warnings) => {
    expect(accountOf({ ...sound, ...facts }, 0, false)).toEqual({ objection: undefined, warnings });
  });

  test("that is hidden over pictures is a scanner's, and may be believed", () => {
    const scanned = { ...sound, hiddenCharacters: 950, imageCoverage: 0.6 };
    expect(isScannerText(scanned)).toBe(true);
    expect(isScannerText({ ...scanned, imageCoverage: 0.4 })).toBe(false);
    expect(isScannerText({ ...scanned, hiddenCharacters: 50 })).toBe(false);
    expect(accountOf(scanned, 0, true)).toEqual({ objection: undefined, warnings: [] });
  });
});
