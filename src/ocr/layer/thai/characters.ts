/**
 * The Thai block of Unicode as character classes, ready to be put between `[` and `]`. `\u0E3F` (baht) and the
 * digits and signs from `\u0E4F` on are no letters.
 */
export const thaiClasses = {
  consonants: "\\u0E01-\\u0E2E",
  toneMarks: "\\u0E48-\\u0E4B",
  /** Everything that is drawn above or below the letter before it. */
  combiningMarks: "\\u0E31\\u0E34-\\u0E3A\\u0E47-\\u0E4E",
  /** Consonants, vowels and marks: what words are made of. */
  letters: "\\u0E01-\\u0E3A\\u0E40-\\u0E4E",
  all: "\\u0E01-\\u0E3A\\u0E3F-\\u0E5B",
} as const;

export const saraAa = "\u0E32";
export const saraAm = "\u0E33";
export const nikhahit = "\u0E4D";
