import type { PageFacts } from "../../pdf/document.ts";
import { readsAsLanguage } from "./shift.ts";

/** Whether a text layer accounts for what a reader sees on the page. */
export interface Account {
  /** Why it does not; one clause. */
  objection: string | undefined;
  /** What it leaves out, or adds, where the rest of it is good. */
  warnings: string[];
}

type AccountedFacts = Pick<
  PageFacts,
  "characters" | "hiddenCharacters" | "unreadLetters" | "unmapped" | "imageCoverage"
>;

/** Share of the characters. Links for screen readers, and white words left in a form, are some per cent. */
const hiddenShare = 0.1;
/** Of the page. A scanner leaves margins, or has scanned less than a page. */
const scannedShare = 0.5;
/** Letters that are drawn, against each character of text: a letter has a letterhead, a manual its screenshots. */
const unreadShare = 0.5;
/** A short name in a logo, a page number. */
const fewLetters = 60;
const worthWarning = { hiddenCharacters: 10, unreadLetters: fewLetters, lettersOfScan: 24 };
/** From 3,806 documents: gibberish pages 11 to 30 %, sound ones up to 0.7 %. */
const unmappedShare = 0.03;
const fewUnmapped = 10;

/** Whether the text is another program's OCR: much of it cannot be seen, and pictures cover the page. */
export function isScannerText(facts: AccountedFacts): boolean {
  return hidesMuch(facts) && facts.imageCoverage >= scannedShare;
}

/**
 * @param repaired characters that repairs have put right, which fonts did not tell
 * @param believesHidden hidden text is a scanner's, and believed
 */
export function accountOf(facts: AccountedFacts, repaired: number, believesHidden: boolean): Account {
  const { characters, hiddenCharacters, unreadLetters, unmapped, imageCoverage } = facts;
  const warnings: string[] = [];
  if (!believesHidden) {
    if (hidesMuch(facts)) {
      return { objection: `${percent(hiddenCharacters, characters)} of its characters cannot be seen`, warnings };
    }
    if (hiddenCharacters >= worthWarning.hiddenCharacters) {
      warnings.push(`${hiddenCharacters} characters of the text layer cannot be seen on the page`);
    }
  }
  const unmappedLeft = unmapped.replaceAll(/\s+/g, "").length - repaired;
  if (isMuch(unmappedLeft, characters, unmappedShare, fewUnmapped) && !readsAsLanguage(unmapped)) {
    return { objection: `fonts do not tell ${percent(unmappedLeft, characters)} of its characters`, warnings };
  }
  if (unreadLetters === undefined) {
    // So many pixels are a scan; what lies behind the text of a slide has fewer.
    const covers = imageCoverage >= scannedShare;
    const objection = `pictures too large to be looked at cover ${percent(imageCoverage, 1)} of the page`;
    return { objection: covers ? objection : undefined, warnings };
  }
  const seen = believesHidden ? characters : characters - hiddenCharacters;
  if (unreadLetters >= fewLetters && unreadLetters >= unreadShare * seen) {
    const letters = `about ${unreadLetters} letters are drawn in pictures or as outlines`;
    return { objection: `${letters}, beside ${seen} characters of text`, warnings };
  }
  const isScan = imageCoverage >= scannedShare;
  if (unreadLetters >= (isScan ? worthWarning.lettersOfScan : worthWarning.unreadLetters)) {
    warnings.push(`about ${unreadLetters} letters in pictures or outlines are not in the text layer`);
  }
  return { objection: undefined, warnings };
}

const hidesMuch = ({ hiddenCharacters, characters }: AccountedFacts) =>
  isMuch(hiddenCharacters, characters, hiddenShare, 10);

/** A share of a whole, and of a short whole at least half. */
const isMuch = (part: number, whole: number, share: number, least: number): boolean =>
  part > 0 && part >= share * whole && (part >= least || part * 2 >= whole);

const percent = (part: number, whole: number) => `${Math.round((100 * part) / Math.max(1, whole))} %`;
