/** So many words, and so much of those in Latin letters, make a page one in another language. */
const minWords = 3;
const minShare = 0.12;

/** Shorter ones are names of units and codes. */
const minLetters = 4;
const latinWord = /\p{Script=Latin}+/gu;

/** Letters that no word of English has, but for a few that come from French; the data for English knows some of them. */
const hasAccent = /\P{ASCII}/u;
/** What the recogniser makes of ü and й: hardly a word of English has it, and none of those here. */
const hasTwoDots = /(?<!^(?:rad|gen|sk|tax|hawa|sh))ii/i;
/** What it makes of ß, в, н and т: GroBe, MowHocTb. Names of products have other capitals within, mostly: PowerPoint, OneDrive. */
const hasCapitalWithin = /^\p{Lu}?\p{Ll}+[BHT]\p{Ll}+/u;
const isRomanNumber = /^[ivxlc]+$/i;

/**
 * The words of a page by which it is in a language other than English that is written in Latin letters, or in letters like
 * these: German, French, Russian. Nothing else tells it, for the recogniser is sure of `Priifung` where Prüfung is printed.
 * Empty where they are too few.
 */
export function foreignWords(text: string): string[] {
  const words = new Set(
    text
      .normalize("NFC")
      .match(latinWord)
      ?.filter((word) => word.length >= minLetters),
  );
  const foreign = [...words].filter(
    (word) => !isRomanNumber.test(word) && [hasAccent, hasTwoDots, hasCapitalWithin].some((odd) => odd.test(word)),
  );
  return foreign.length >= minWords && foreign.length >= minShare * words.size ? foreign : [];
}
