import { diffArrays } from "diff";
import { type Block, blocksOf } from "./blocks.ts";
import { compareWords, countWords, type Part } from "./compare-words.ts";

type Row = readonly string[];

/** A part of a page as two readings have it. */
export type ComparedBlock = { kind: "text"; parts: readonly Part[] } | { kind: "table"; rows: readonly ComparedRow[] };

/** The cells of one row, each compared by words. */
export type ComparedRow = readonly (readonly Part[])[];

export interface ComparedPage {
  blocks: readonly ComparedBlock[];
  /** Words that only the first, or only the second reading has; in tables, too. */
  removedWords: number;
  addedWords: number;
  /** Cells that differ. */
  changedCells: number;
}

/** Two readings of one page: running text by words, tables by rows and cells. */
export function comparePages(before: string, after: string): ComparedPage {
  const pairs = pairUp(blocksOf(before), blocksOf(after), areAlike);
  const blocks = pairs.map(([a, b]) => compareBlocks(a, b));
  const cells = blocks.flatMap((block) => (block.kind === "table" ? block.rows.flat() : []));
  const parts = blocks.flatMap((block) => (block.kind === "table" ? block.rows.flat(2) : block.parts));
  const count = (kind: Part["kind"]) =>
    parts.reduce((sum, part) => (part.kind === kind ? sum + countWords(part.text) : sum), 0);
  return {
    blocks,
    removedWords: count("removed"),
    addedWords: count("added"),
    changedCells: cells.filter((cell) => cell.some(({ kind }) => kind !== "same")).length,
  };
}

type Pair<Item> = [Item | undefined, Item | undefined];

/** Items of two lists side by side: those that are alike, and what is between them in pairs, as far as they go. */
function pairUp<Item>(a: readonly Item[], b: readonly Item[], alike: (a: Item, b: Item) => boolean): Pair<Item>[] {
  const pairs: Pair<Item>[] = [];
  let [fromA, fromB] = [0, 0];
  let between: { a: Item[]; b: Item[] } = { a: [], b: [] };
  const endBetween = () => {
    const length = Math.max(between.a.length, between.b.length);
    for (let place = 0; place < length; place += 1) pairs.push([between.a[place], between.b[place]]);
    between = { a: [], b: [] };
  };
  for (const { added, removed, count } of diffArrays([...a], [...b], { comparator: alike })) {
    const [takenA, takenB] = [added ? 0 : count, removed ? 0 : count];
    const [itemsA, itemsB] = [a.slice(fromA, fromA + takenA), b.slice(fromB, fromB + takenB)];
    fromA += takenA;
    fromB += takenB;
    if (added || removed) {
      between.a.push(...itemsA);
      between.b.push(...itemsB);
      continue;
    }
    endBetween();
    for (const [place, item] of itemsA.entries()) pairs.push([item, itemsB[place]]);
  }
  endBetween();
  return pairs;
}

/** Tables belong together where they begin alike or are as wide; text belongs to text. */
function areAlike(a: Block, b: Block): boolean {
  if (a.kind === "text" || b.kind === "text") return a.kind === b.kind;
  const [first, second] = [a.rows[0] ?? [], b.rows[0] ?? []];
  return first.length === second.length || first[0] === second[0];
}

function compareBlocks(a: Block | undefined, b: Block | undefined): ComparedBlock {
  const table = a?.kind === "table" || b?.kind === "table";
  // A pair of unlike blocks: the text is shown as a table of one cell, so that nothing is left out.
  if (table) return { kind: "table", rows: compareRows(rowsOf(a), rowsOf(b)) };
  return { kind: "text", parts: compareWords(textOf(a), textOf(b)) };
}

const textOf = (block: Block | undefined): string => (block?.kind === "text" ? block.text : "");

function rowsOf(block: Block | undefined): readonly Row[] {
  if (block === undefined) return [];
  return block.kind === "table" ? block.rows : [[block.text]];
}

function compareRows(a: readonly Row[], b: readonly Row[]): ComparedRow[] {
  const same = (before: Row, after: Row) =>
    before.length === after.length && before.every((cell, place) => cell === after[place]);
  return pairUp(a, b, same).map(([before = [], after = []]) =>
    Array.from({ length: Math.max(before.length, after.length) }, (_, place) =>
      compareWords(before[place] ?? "", after[place] ?? ""),
    ),
  );
}
