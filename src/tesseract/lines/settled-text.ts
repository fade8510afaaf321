import { settleDoubts } from "../digits/doubtful-digits.ts";

/** A text as the page has it: SARA AM with a tone mark (`น้ำ`) comes out of the trained data as the tone mark twice and SARA AA. */
export const correctSaraAm = (text: string): string => text.replace(/([\u0E48-\u0E4B])\1\u0E32/g, "$1\u0E33");

/** A part of the text of a page as it stands there, its doubtful digits as digits. */
export const settledText = (text: string): string => settleDoubts(correctSaraAm(text)).text;
