import type { PageFacts, TextLayerFormat } from "../../pdf/document.ts";
import { cleanMarkdown } from "../clean.ts";
import { type Account, accountOf, isScannerText } from "./account.ts";
import { isNumberedByFirstUse } from "./first-use.ts";
import { layerText, withoutSigns } from "./layer-text.ts";
import { mapInTurns } from "./map-in-turns.ts";
import { hasThai, type RepairedText, repairTextLayer } from "./repair.ts";
import { findShiftedText } from "./shift.ts";
import { measureTextLayer, type TextLayerSignals } from "./signals.ts";
import { producerDamage } from "./thai/producer-damage.ts";

export interface TextLayerContext {
  /** The text cannot be seen on a page of pictures: another program's OCR. */
  scannerText: boolean;
  /** Whether such text may be believed if nothing else speaks against it. */
  trustScannerText: boolean;
  /** Whether any page of the document has Thai text. */
  documentHasThai: boolean;
  /** What a PDF writer did to its Thai that no repair undoes. */
  producerDamage: string | undefined;
  /** Whether the text is what a reader sees. */
  account: Account;
}

export interface TextLayerVerdict {
  trusted: boolean;
  /** One clause for the log and the answer, such as `text layer refused: control characters 29 %`. */
  reason: string;
  /** The reason of a refusal; what a trusted layer leaves out or adds. */
  warnings: string[];
}

/** A page with its text layer repaired, judged and cleaned. */
export interface PageLayer extends RepairedText {
  facts: PageFacts;
  format: TextLayerFormat;
  verdict: TextLayerVerdict;
}

/**
 * Repairs, judges and cleans the text layers of a document, each in the form in which it is answered, because a repair reaches
 * over the ends of lines that Markdown joins; whether it is a Thai one is seen from all its pages. Each page has
 * a turn of its own: the longest text that a document may have takes 0.7 s when it is damaged everywhere.
 *
 * @throws the signal's reason
 */
export async function judgeLayers(
  pages: readonly PageFacts[],
  trustScannerText: boolean,
  signal: AbortSignal,
): Promise<PageLayer[]> {
  const repaired = await mapInTurns(pages, signal, (facts) => {
    const { text, format } = layerText(facts);
    return { facts, format, ...repairTextLayer(text) };
  });
  const documentHasThai = repaired.some(({ text }) => hasThai(text));
  return await mapInTurns(repaired, signal, (layer) => {
    const text = layer.format === "markdown" ? withoutSigns(layer.text) : layer.text;
    const scannerText = isScannerText(layer.facts);
    const repaired = Object.values(layer.repairs).reduce((sum, count) => sum + count, 0);
    const verdict = judgeTextLayer(text, {
      scannerText,
      trustScannerText,
      documentHasThai,
      producerDamage: producerDamage(layer.facts.text, text),
      account: accountOf(layer.facts, repaired, scannerText && trustScannerText),
    });
    return { ...layer, text: cleanMarkdown(layer.text), verdict };
  });
}

/**
 * Whether the text layer of a page, already repaired, is believed or the page is to be read by an engine.
 * Judges every page by the signals that apply to it: those about Thai need Thai letters, so English and mixed pages
 * are held to unreadable characters and to letters against symbols. The first signal that speaks decides.
 */
export function judgeTextLayer(text: string, context: TextLayerContext): TextLayerVerdict {
  const signals = measureTextLayer(text);
  if (context.scannerText && !context.trustScannerText) return refused("it is a scanner's own OCR");
  for (const signal of refusals) {
    const objection = signal(signals);
    if (objection !== undefined) return refused(objection);
  }
  if (isNumberedByFirstUse(text)) return refused("its characters are numbered in the order of their first use");
  const shifted = findShiftedText(text);
  if (shifted !== undefined && shifted.characters > 0.03 * signals.characters) {
    return refused(`${shifted.characters} characters lie ${Math.abs(shifted.shift)} code points from what is printed`);
  }
  if (context.producerDamage !== undefined) return refused(context.producerDamage);
  if (context.scannerText && context.documentHasThai && signals.thaiLetters === 0) {
    return refused("a scanner's own OCR without Thai in a Thai document");
  }
  const { objection, warnings } = context.account;
  if (objection !== undefined) return refused(objection);
  return { trusted: true, reason: "text layer trusted", warnings };
}

type Refusal = (signals: TextLayerSignals) => string | undefined;

/** The Thai figures come from 9.1 million characters of clean Thai news text and from damaged real documents. */
const refusals: readonly Refusal[] = [
  // The whole page came through fonts without a usable map to Unicode. On a short page a stray one is no share yet.
  ({ characters, unreadable }) =>
    unreadable > (characters >= 50 ? 0.03 : 0.2) * characters
      ? `control characters ${percent(unreadable, characters)}`
      : undefined,
  // Icons before the lines of a list are some per cent; a font whose glyphs have no other codes, nearly all.
  ({ characters, privateUse }) =>
    privateUse > 0.3 * characters ? `characters of private use ${percent(privateUse, characters)}` : undefined,
  // 12,800 pieces of English documentation, source code among them, reach 5 % at most; 8-bit Thai read as Latin-1, 100 %.
  ({ characters, upperLatin1 }) =>
    characters >= 100 && upperLatin1 > 0.3 * characters
      ? `accented letters and Latin-1 signs ${percent(upperLatin1, characters)}, an 8-bit font without a map to Unicode`
      : undefined,
  // The same pieces: 86 % in the median, 61 % at the 0.1 % quantile; the few below 50 % are drawn tables and programs.
  ({ characters, letters, symbols, upperLatin1 }) =>
    characters >= 100 && letters + upperLatin1 < 0.5 * (letters + upperLatin1 + symbols)
      ? `letters only ${percent(letters + upperLatin1, letters + upperLatin1 + symbols)} against symbols`
      : undefined,
  ({ characters, signsInsideWords }) =>
    signsInsideWords >= 10 && signsInsideWords > 0.015 * characters
      ? `${signsInsideWords} signs inside words`
      : undefined,
  // Figures count as letters, and tables of them have many zeros; a font that calls all its glyphs by one letter has nothing else.
  ({ characters, repeatedLetters }) =>
    characters >= 50 && repeatedLetters > 0.8 * characters
      ? `one letter repeated ${percent(repeatedLetters, characters)}`
      : undefined,
  // Letters that stand for other letters: 24 % in the median. Languages and documentation: 10.6 % in the worst of 21,000 pieces.
  ({ pairs, rarePairs }) =>
    pairs >= 150 && rarePairs > 0.115 * pairs
      ? `letters that no language sets side by side ${percent(rarePairs, pairs)}`
      : undefined,
  // Clean text: 6.9 % in the median, 2.2 % at the 0.1 % quantile.
  ({ thaiLetters, toneMarks }) =>
    thaiLetters >= 200 && toneMarks < 0.022 * thaiLetters
      ? `tone marks ${percent(toneMarks, thaiLetters)} of the Thai letters`
      : undefined,
  ({ saraAa, saraAm }) => (saraAa >= 60 && saraAm === 0 ? `${saraAa} SARA AA and not one SARA AM` : undefined),
  // One stray hit on a short page is no rate yet.
  ({ thaiLetters, strayMarks, foreignInsideThai }) =>
    strayMarks + foreignInsideThai >= 2 && (strayMarks + foreignInsideThai) * 1000 >= 2 * thaiLetters
      ? `${strayMarks} stray Thai marks and ${foreignInsideThai} foreign letters inside Thai words`
      : undefined,
];

function refused(objection: string): TextLayerVerdict {
  const reason = `text layer refused: ${objection}`;
  return { trusted: false, reason, warnings: [reason] };
}

/** `29 %`, and one decimal below 10 %, so that a share just below a limit does not read as the limit. */
function percent(part: number, whole: number): string {
  const value = whole === 0 ? 0 : (100 * part) / whole;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
