import { findAlignedTables } from "./aligned-tables.ts";
import { centreY, heightOf, overlap } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import { type Line, leadingOf, linesOf } from "./lines.ts";
import { type Paragraph, paragraphsOf } from "./paragraphs.ts";
import { type Region, regionsOf, type Solid } from "./reading-order.ts";
import type { Rule } from "./rules.ts";
import type { Table } from "./table.ts";

export type Block =
  | { kind: "paragraph"; paragraph: Paragraph }
  | { kind: "code"; lines: Line[] }
  | { kind: "table"; table: Table }
  /** Text laid over the page: never a heading or an item of a list. */
  | { kind: "mark"; text: string };

/** What of the whole page its parts are judged by. */
export interface PageContext {
  horizontal: readonly Rule[];
  codeIsMonospaced: boolean;
  /** Points; of most letters. */
  textSize: number;
}

/** What a region holds, from top to bottom. */
export function blocksOf(region: Region, page: PageContext): Block[] {
  const { tables, rest } = findAlignedTables(region.fragments, page.horizontal);
  const solids = sideBySide([...region.solids, ...tables.map((table) => ({ box: table.box, table }))]);
  const lines = linesOf(rest);
  const leading = leadingOf(lines);
  const blocks: Block[] = [];
  let from = 0;
  const flush = (to: number) => {
    if (to > from) blocks.push(...textBlocks(lines.slice(from, to), leading, page));
    from = Math.max(from, to);
  };
  for (const solid of solids) {
    const at = lines.findIndex((line) => centreY(line.box) > centreY(solid.box));
    flush(at === -1 ? lines.length : at);
    blocks.push(...blocksOfSolid(solid, page));
  }
  flush(lines.length);
  return blocks;
}

function blocksOfSolid(solid: Solid, page: PageContext): Block[] {
  if ("table" in solid) return [{ kind: "table", table: solid.table }];
  const tables = solid.tables.map((table) => ({ box: table.box, table }));
  return regionsOf(solid.fragments, tables).flatMap((region) => blocksOf(region, page));
}

/** From top to bottom, and from left to right what stands beside each other. */
function sideBySide(solids: readonly Solid[]): Solid[] {
  const rows: Solid[][] = [];
  for (const solid of [...solids].sort((a, b) => a.box[1] - b.box[1])) {
    const row = rows.at(-1);
    const [first] = row ?? [];
    const lower = Math.min(heightOf(solid.box), heightOf(first?.box ?? solid.box));
    if (row && first && overlap(first.box[1], first.box[3], solid.box[1], solid.box[3]) > 0.5 * lower) row.push(solid);
    else rows.push([solid]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.box[0] - b.box[0]));
}

/** Lines of code are at least so many: one line may be a name in a sentence. */
const minCodeLines = 2;

function textBlocks(lines: readonly Line[], leading: number, { codeIsMonospaced, textSize }: PageContext): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  while (from < lines.length) {
    const code = codeIsMonospaced && lines[from]?.monospaced === true;
    let to = from + 1;
    while (to < lines.length && (codeIsMonospaced && lines[to]?.monospaced === true) === code) to += 1;
    const run = lines.slice(from, to);
    if (code && run.length >= minCodeLines) blocks.push({ kind: "code", lines: run });
    else for (const paragraph of paragraphsOf(run, leading, textSize)) blocks.push({ kind: "paragraph", paragraph });
    from = to;
  }
  return blocks;
}

/** A page that is written with a typewriter's letters throughout holds no code. */
export function isCodeMonospaced(fragments: readonly Fragment[]): boolean {
  let all = 0;
  let monospaced = 0;
  for (const fragment of fragments) {
    all += fragment.text.length;
    if (fragment.monospaced) monospaced += fragment.text.length;
  }
  return monospaced < 0.7 * all;
}
