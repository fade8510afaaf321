import type { Box } from "./box.ts";
import type { PageStructure, TextLine } from "./page-structure.ts";

/** Quarter turns clockwise after which letters with this direction stand upright. */
function turnsOf([x, y]: TextLine["direction"]): 0 | 1 | 2 | 3 {
  if (Math.abs(x) >= Math.abs(y)) return x >= 0 ? 0 : 2;
  return y < 0 ? 1 : 3;
}

const lettersOf = ({ runs }: TextLine) => runs.reduce((sum, { text }) => sum + text.length, 0);

/** Sine of the angle from which on a line is aslant: watermarks and stamps are, a scan that lies askew is less. */
const aslantFrom = 0.1;
/** On a page most letters of which stand straighter than the second, from the first on: short lines are told less exactly. */
const aslantOnStraight = 0.035;
const straight = 0.005;

const leanOf = ({ direction: [x, y] }: TextLine) => Math.min(Math.abs(x), Math.abs(y));

export interface UprightPage {
  /** As its most letters are read. */
  main: PageStructure;
  /** Apart from it the lines that run in other directions, each way by itself. */
  others: PageStructure[];
  /** Lines laid over the page aslant, unless they are most of it: they belong to nothing that they lie on. */
  aslant: readonly TextLine[];
}

export function upright(structure: PageStructure): UprightPage {
  const sum = (lines: readonly TextLine[]) => lines.reduce((letters, line) => letters + lettersOf(line), 0);
  const isStraight = 2 * sum(structure.lines.filter((line) => leanOf(line) < straight)) > sum(structure.lines);
  const isAslant = (line: TextLine) => leanOf(line) > (isStraight ? aslantOnStraight : aslantFrom);
  const leaning = structure.lines.filter(isAslant);
  const isApart = 2 * sum(leaning) < sum(structure.lines);
  const ways: TextLine[][] = [[], [], [], []];
  for (const line of structure.lines) if (!isApart || !isAslant(line)) ways[turnsOf(line.direction)]?.push(line);
  const turned = ways.map((lines, turns) => ({
    letters: sum(lines),
    structure: turn({ ...structure, lines }, turns),
  }));
  const [main, ...others] = turned.toSorted((a, b) => b.letters - a.letters);
  return {
    main: main?.structure ?? structure,
    others: others
      .filter(({ letters }) => letters > 0)
      .map((other) => ({ ...other.structure, shapes: [], links: [], checkBoxes: [] })),
    aslant: isApart ? leaning : [],
  };
}

function turn(structure: PageStructure, turns: number): PageStructure {
  if (turns === 0) return structure;
  const { widthPt, heightPt } = structure;
  const box = ([left, top, right, bottom]: Box): Box => {
    if (turns === 1) return [heightPt - bottom, left, heightPt - top, right];
    if (turns === 2) return [widthPt - right, heightPt - bottom, widthPt - left, heightPt - top];
    return [top, widthPt - right, bottom, widthPt - left];
  };
  const turned = {
    lines: structure.lines.map((line) => {
      const upright = box(line.box);
      const size = line.runs[0]?.size ?? 0;
      return { ...line, box: upright, baseline: upright[3] - descent * size };
    }),
    shapes: structure.shapes.map((shape) => ({ ...shape, box: box(shape.box) })),
    links: structure.links.map((link) => ({ ...link, box: box(link.box) })),
    checkBoxes: structure.checkBoxes.map((field) => ({ ...field, box: box(field.box) })),
  };
  return turns === 2 ? { widthPt, heightPt, ...turned } : { widthPt: heightPt, heightPt: widthPt, ...turned };
}

/** How far the box of a line reaches below its baseline, in sizes. */
const descent = 0.22;
