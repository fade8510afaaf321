import { align } from "../../src/tesseract/digits/align.ts";
import { normaliseForComparison } from "./character-error-rate.ts";

/**
 * How many digits of a page, and points and commas between two of them, were read as something else, left out or put in,
 * how many of these no warning names, and how many warnings name a line in which all of them are right.
 */
export interface WrongDigits {
  wrong: number;
  unnamed: number;
  inVain: number;
}

/**
 * Compares the digits of a reading with those of the truth along the alignment that the character error rate counts;
 * ๔ and 4 are the same. A wrong digit is named where a warning quotes its line and lists it; one that is missing, where
 * a warning quotes the line.
 */
export function wrongDigits(reading: string, truth: string, warnings: readonly string[]): WrongDigits {
  const doubts = warnings.flatMap(doubtIn);
  const lines = reading.split("\n").map((line): Line => {
    const text = withoutBlanks(line);
    return { text, doubts: doubts.filter(({ start }) => text.startsWith(start)) };
  });
  const texts = reading.split("\n").map(charactersOf);
  const found = lines.flatMap((line, at) => (texts[at] ?? []).map((one) => ({ ...one, line })));
  const expected = truth.split("\n").flatMap(charactersOf);
  const count = { wrong: 0, unnamed: 0, inVain: 0 };
  if (![...expected, ...found].some(({ isOfNumber }) => isOfNumber)) return count;
  const isSame = (row: number, column: number) =>
    numeralOf(found[row]?.character) === numeralOf(expected[column]?.character);
  const pairs = align(found.length, expected.length, (row, column) => (isSame(row, column) ? 0 : 1), 1);
  const justified = new Set<Doubt>();
  let line = lines[0];
  for (const { row, column } of pairs) {
    const read = row === undefined ? undefined : found[row];
    const printed = column === undefined ? undefined : expected[column];
    line = read?.line ?? line;
    if (read?.isOfNumber !== true && printed?.isOfNumber !== true) continue;
    if (row !== undefined && column !== undefined && isSame(row, column)) continue;
    count.wrong++;
    if (!isNamed(read?.character, line)) count.unnamed++;
    for (const doubt of line?.doubts ?? []) justified.add(doubt);
  }
  count.inVain = doubts.length - justified.size;
  return count;
}

/** The digits that a warning lists, and how the line begins that it quotes. */
interface Doubt {
  digits: readonly string[];
  start: string;
}

interface Line {
  text: string;
  doubts: readonly Doubt[];
}

const isNamed = (character: string | undefined, line: Line | undefined): boolean =>
  line?.doubts.some(({ digits }) => !isDigit(character) || digits.includes(character ?? "")) === true;

/** Long lines are cut where a warning quotes them. */
function doubtIn(warning: string): Doubt[] {
  const [, listed, line] =
    warning.match(
      /^(?:Thai digits that may be others|digits that may be other characters), (.+?), in the line "(.*)"$/s,
    ) ?? [];
  if (listed === undefined || line === undefined) return [];
  return [{ digits: listed.split(" "), start: withoutBlanks(line.replace(/…$/, "")) }];
}

const withoutBlanks = (text: string) =>
  text
    .split("\n")
    .map((line) => normaliseForComparison(line).replace(/\s/g, ""))
    .join("");

interface Character {
  character: string;
  /** A digit, or a point or comma between two, which no blank parts from them. */
  isOfNumber: boolean;
}

/** The characters of a line but for its blanks. */
function charactersOf(line: string): Character[] {
  const characters = Array.from(normaliseForComparison(line));
  const isPoint = (at: number) =>
    /^[.,]$/.test(characters[at] ?? "") && isDigit(characters[at - 1]) && isDigit(characters[at + 1]);
  return characters.flatMap((character, at) =>
    /\s/.test(character) ? [] : [{ character, isOfNumber: isDigit(character) || isPoint(at) }],
  );
}

const isDigit = (character = "") => /^[0-9๐-๙]$/.test(character);

const numeralOf = (character = "") =>
  /^[๐-๙]$/.test(character) ? String((character.codePointAt(0) ?? 0) - 0x0e50) : character;
