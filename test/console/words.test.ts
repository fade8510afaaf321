import { expect, test } from "bun:test";
import { dictionaries, preferredLanguage, sayIn } from "../../console/words/words.ts";

const { en, th } = dictionaries;
const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("both languages have the same texts, none empty, with the same names to fill in", () => {
  expect(Object.keys(th)).toEqual(Object.keys(en));
  for (const [key, text] of Object.entries(en)) {
    const other = Object.entries(th).find(([name]) => name === key)?.[1] ?? "";
    expect([key, namesIn(other)]).toEqual([key, namesIn(text)]);
    expect([key, text.trim() !== "" && other.trim() !== ""]).toEqual([key, true]);
  }
});

test("a text has its names filled in, and shows those that nobody gave", () => {
  expect(sayIn("en")("pageOf", { page: 3, all: 12 })).toBe("Page 3 of 12");
  expect(sayIn("th")("pageOf", { page: 3 })).toBe("หน้า 3 จาก {all}");
});

test.each([
  [null, ["th-TH", "en"], "th"],
  [null, ["en-GB"], "en"],
  [null, ["de", "th"], "th"],
  [null, ["de"], "en"],
  ["en", ["th"], "en"],
  ["tlh", ["th"], "th"],
] as const)("with %j stored and %j spoken, %s is shown", (stored, spoken, language) => {
  expect(preferredLanguage(stored, spoken)).toBe(language);
});
