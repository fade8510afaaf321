import type { Crossing } from "../../pdf/tiles/crossings.ts";
import { joinPages } from "../clean.ts";
import { matchLines } from "./match-lines.ts";

/** How far from its place a line may stand in the text, as a share of all lines: the order of scattered notes is a guess. */
const placeTolerance = 0.45;

/** A line in the text of a piece. */
interface Line {
  /** Where it is from in that text, 0 to 1. */
  at: number;
  /** What it is a reading of; two lines that are the same print share it. */
  print: { text: string };
  /** The piece shows what another has shown. */
  isRepeated: boolean;
}

export interface JoinedTiles {
  text: string;
  /** What may not have been joined, as sentences. */
  warnings: string[];
}

/**
 * The texts of the pieces of a page, in order, as one text. Pieces share only the lines that a cut had to cross. Such a
 * line is dropped from the second piece where both its place and its words say that the first has it too, whole or with
 * the part that the first lacks; in doubt both stay.
 */
export function joinTiles(texts: readonly string[], crossings: readonly Crossing[]): JoinedTiles {
  const pieces = texts.map((text) => {
    const lines = text.split("\n");
    return lines.map(
      (line, index): Line => ({ at: (index + 0.5) / lines.length, print: { text: line }, isRepeated: false }),
    );
  });
  const warnings: string[] = [];
  const seams = Map.groupBy(crossings, ({ first, second }) => `${first} ${second}`);
  for (const seam of seams.values()) {
    const united = unite(
      seam.flatMap((crossing) => {
        const upper = candidates(pieces[crossing.first] ?? [], crossing.firstAt);
        const lower = candidates(pieces[crossing.second] ?? [], crossing.secondAt);
        return upper.flatMap((one) => lower.flatMap((other) => pairOf(crossing, one, other) ?? []));
      }),
    );
    const [left] = seam.filter((crossing) => !united.has(crossing));
    if (left !== undefined) warnings.push(notJoined(left));
  }
  const text = joinPages(
    pieces.map((lines) => {
      const kept = lines.filter(({ isRepeated }) => !isRepeated).map(({ print }) => print.text);
      return kept.join("\n").trim();
    }),
  );
  return { text, warnings };
}

const notJoined = ({ first, second }: Crossing) =>
  `between pieces ${first + 1} and ${second + 1} something that the cut crosses may stand twice, or in two parts`;

/** A line of a table stays where its table is. */
const isTable = (text: string) => /^\s*\||<\/?t[rdh]/.test(text);

const candidates = (lines: readonly Line[], place: number) =>
  lines.filter(
    ({ print, at }) => print.text.trim() !== "" && !isTable(print.text) && Math.abs(at - place) <= placeTolerance,
  );

interface Pair {
  crossing: Crossing;
  one: Line;
  other: Line;
  text: string;
  score: number;
}

function pairOf(crossing: Crossing, one: Line, other: Line): Pair | undefined {
  const match = other.isRepeated ? undefined : matchLines(one.print.text, other.print.text);
  if (match === undefined) return undefined;
  const away = Math.abs(one.at - crossing.firstAt) + Math.abs(other.at - crossing.secondAt);
  return { crossing, one, other, text: match.text, score: match.score * (1 - away / 2) };
}

/**
 * Unites lines along one seam, those that fit best first, no line twice and at a crossing no more than may stand there.
 * Returns the crossings where it could.
 */
function unite(pairs: readonly Pair[]): Set<Crossing> {
  const left = new Map(pairs.map(({ crossing }) => [crossing, crossing.lines]));
  const used = new Set<Line>();
  const united = new Set<Crossing>();
  for (const { crossing, one, other, text } of pairs.toSorted((a, b) => b.score - a.score)) {
    const places = left.get(crossing) ?? 0;
    if (places === 0 || used.has(one) || used.has(other)) continue;
    left.set(crossing, places - 1);
    used.add(one).add(other);
    one.print.text = text;
    other.print = one.print;
    other.isRepeated = true;
    united.add(crossing);
  }
  return united;
}
