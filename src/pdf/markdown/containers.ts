import { type Box, centreX, centreY, heightOf, overlap, widthOf } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import type { DrawnShape } from "./page-structure.ts";
import type { Solid } from "./reading-order.ts";
import type { Table } from "./table.ts";

/** Points. What is smaller is a label or a button. */
const minWidth = 60;
const minHeight = 30;
/** Share of the page beyond which a box is its frame or its ground. */
const maxShare = 0.45;
const minFragments = 3;
/** Share of what stands in a box that may reach out of it: a mark laid over the page. */
const mayReachOut = 0.15;
/** Boxes looked at; a page of cards has a few dozen. */
const maxBoxes = 300;

interface Page {
  widthPt: number;
  heightPt: number;
  shapes: readonly DrawnShape[];
}

/** Boxes that stand side by side on the page, each with its text: cards and panels are read one after the other. */
export function findContainers(
  page: Page,
  fragments: readonly Fragment[],
  tables: readonly Table[],
): { solids: Solid[]; rest: Fragment[] } {
  const boxes = boxesOf(page)
    .filter((box) => holdsWhole(box, fragments))
    .sort((a, b) => areaOf(b) - areaOf(a));
  const outer: Box[] = [];
  for (const box of boxes) if (!outer.some((other) => meets(other, box))) outer.push(box);
  const chosen = outer.filter((box) => outer.some((other) => other !== box && isBeside(box, other)));
  const homes = [...fragments].map((fragment) => chosen.find((box) => isIn(fragment.box, box)));
  const solids = chosen.map((box) => ({
    box,
    fragments: fragments.filter((_, at) => homes[at] === box),
    tables: tables.filter((table) => isIn(table.box, box)),
  }));
  const free = tables.filter((table) => !chosen.some((box) => isIn(table.box, box)));
  return {
    solids: [...solids, ...free.map((table) => ({ box: table.box, table }))],
    rest: fragments.filter((_, at) => homes[at] === undefined),
  };
}

function boxesOf({ shapes, widthPt, heightPt }: Page): Box[] {
  const found = shapes
    .filter(({ rectangular }) => rectangular)
    .map(({ box }) => box)
    .filter(
      (box) => widthOf(box) >= minWidth && heightOf(box) >= minHeight && areaOf(box) < maxShare * widthPt * heightPt,
    );
  return found.length > maxBoxes ? [] : found;
}

const areaOf = (box: Box) => widthOf(box) * heightOf(box);

const isIn = (box: Box, [left, top, right, bottom]: Box) =>
  centreX(box) > left && centreX(box) < right && centreY(box) > top && centreY(box) < bottom;

/** Whether enough stands in the box, and nothing reaches out of it. */
function holdsWhole(box: Box, fragments: readonly Fragment[]): boolean {
  const [left, top, right, bottom] = box;
  let inside = 0;
  let across = 0;
  for (const fragment of fragments) {
    const middle = centreY(fragment.box);
    if (middle <= top || middle >= bottom || overlap(fragment.box[0], fragment.box[2], left, right) <= 1) continue;
    if (fragment.box[0] < left - 2 || fragment.box[2] > right + 2) across += 1;
    else inside += 1;
  }
  return inside >= minFragments && across <= mayReachOut * inside;
}

const meets = (a: Box, b: Box) => overlap(a[0], a[2], b[0], b[2]) > 0 && overlap(a[1], a[3], b[1], b[3]) > 0;

const isBeside = (a: Box, b: Box) => overlap(a[1], a[3], b[1], b[3]) > 0.5 * Math.min(heightOf(a), heightOf(b));
