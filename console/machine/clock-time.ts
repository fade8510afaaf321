import type { Language } from "../words/words.ts";

const forms = new Map<Language, Intl.DateTimeFormat>();

/** The time of day, to the second, as the person's place has it. */
export function clockTime(atMs: number, language: Language): string {
  const form =
    forms.get(language) ??
    new Intl.DateTimeFormat(language === "th" ? "th-TH" : "en-GB", {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
  forms.set(language, form);
  return form.format(atMs);
}
