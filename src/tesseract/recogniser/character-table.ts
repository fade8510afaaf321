/** What the classes of a line recogniser mean; the first, blank, parts equal characters and is written as nothing. */
export type CharacterTable = readonly string[];

/**
 * The classes of PP-OCR: blank, the characters of the dictionary in the order of its lines, and a blank between words,
 * unless the dictionary has that itself.
 *
 * @param classes how many the network tells apart
 * @throws Error when the dictionary is not the network's. A word in it, such as "blank", would shift all characters behind
 *   it by one; its message is the end of a sentence
 */
export function characterTable(dictionary: string, classes: number): CharacterTable {
  const lines = dictionary.replace(/^\uFEFF/, "").split(/\r?\n/);
  // A space is a character, so that nothing is trimmed but the end of the last line.
  if (lines.at(-1) === "") lines.pop();
  const long = lines.findIndex((line) => charactersOf(line) > 1);
  if (long >= 0)
    throw new Error(`line ${long + 1} of its dictionary, "${lines[long]?.slice(0, 20)}", is not one character`);
  const table = ["", ...lines];
  if (classes === table.length + 1) table.push(" ");
  if (classes !== table.length)
    throw new Error(`its dictionary has ${lines.length} characters, and its network tells ${classes} classes apart`);
  return table;
}

const graphemes = new Intl.Segmenter();
const charactersOf = (line: string): number => [...graphemes.segment(line)].length;
