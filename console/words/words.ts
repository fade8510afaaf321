import { en, type Words } from "./en.ts";
import { th } from "./th.ts";

export type Language = "en" | "th";
export type WordKey = keyof Words;

export const dictionaries: Readonly<Record<Language, Words>> = { en, th };

/** A text of the page with its `{names}` filled in. */
export type Say = (key: WordKey, values?: Readonly<Record<string, string | number>>) => string;

export const sayIn =
  (language: Language): Say =>
  (key, values = {}) =>
    dictionaries[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** The language that a person is most likely to read: what was chosen before, or the browser's. */
export function preferredLanguage(stored: string | null, browser: readonly string[]): Language {
  if (stored === "en" || stored === "th") return stored;
  const first = browser.find((tag) => /^(en|th)\b/i.test(tag)) ?? "en";
  return first.toLowerCase().startsWith("th") ? "th" : "en";
}
