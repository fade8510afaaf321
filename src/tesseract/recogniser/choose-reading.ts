import { align } from "../digits/align.ts";
import { doubtful, hasDoubt } from "../digits/doubtful-digits.ts";
import { isThaiDigit } from "../digits/judge-glyph.ts";
import type { DecodedLine } from "./decode-line.ts";

/** How Tesseract read a line. */
export interface OwnReading {
  text: string;
  /** 0 to 100. */
  confidence: number;
  /** Whether its two readings have the same letters; undefined where it read once. */
  agreed?: boolean;
}

export interface ReadingChoice {
  /** Undefined: Tesseract's is kept. */
  text: string | undefined;
  reason: string;
}

/** The other reading is taken from this mean on, with no character below this, and by so much over Tesseract's confidence. */
const minConfidence = 0.9;
const minLeast = 0.5;
const minLead = 0.05;

/**
 * Whether the other reading can count at all; where not, it need not be made. It is of one line: of several that lie in one
 * box it would take the place of all, and where Tesseract believes nothing it would have no other beside it. Check boxes
 * are painted over in its picture.
 */
export const isOpen = ({ agreed, text }: Pick<OwnReading, "agreed" | "text">): boolean =>
  agreed !== true && text !== "" && !/[\n☐☑]/.test(text);

/**
 * Which reading of a line is taken. Both engines overrate themselves, so that the other one has to be sure throughout and
 * clearly surer, and counts for nothing where Tesseract read the same letters twice.
 */
export function chooseReading(own: OwnReading, other: DecodedLine): ReadingChoice {
  const keep = (reason: string): ReadingChoice => ({ text: undefined, reason });
  const text = other.text.trim();
  if (!isOpen(own)) return keep("two readings agree, or it is not one line");
  if (text === "") return keep("the line recogniser read nothing");
  if (hasDoubt(text)) return keep("the line recogniser wrote a character that means something else here");
  if (other.confidence < minConfidence || other.least < minLeast) return keep("the line recogniser is not sure");
  if (other.confidence < own.confidence / 100 + minLead) return keep("the line recogniser is not clearly surer");
  if (text === own.text) return keep("both read the same");
  return { text: withDoubts(text, own.text), reason: "the line recogniser is clearly surer" };
}

/** Thai digits of a text are doubtful where the other one has not the same digit, surely, in their place. */
export function withDoubts(text: string, other: string): string {
  const characters = Array.from(text);
  const others = Array.from(other);
  if (!characters.some(isThaiDigit)) return text;
  const pairs = align(
    characters.length,
    others.length,
    (row, column) => (characters[row] === others[column] ? 0 : 1),
    1,
  );
  return pairs
    .map(({ row, column }) => {
      const character = row === undefined ? "" : (characters[row] ?? "");
      const isSame = column !== undefined && others[column] === character;
      return isThaiDigit(character) && !isSame ? doubtful(character) : character;
    })
    .join("");
}
