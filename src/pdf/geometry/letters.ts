import { type Component, findComponents } from "./connected-components.ts";
import type { Box } from "./coverage.ts";
import { type GreyPicture, inkOf, type Print } from "./picture-ink.ts";

interface Detail {
  print: Print | undefined;
  /** Smaller shapes are dust and dots. */
  smallestLetterPx: number;
  /** Letters that make a row, and the shapes among them: dashes, hatching and patterns repeat the same one. */
  rowLetters: number;
  rowShapes: number;
  /** Of the neighbours in a row that end at one level. Thai has marks of its own above and below. */
  levelShare: number;
}

/** 1.5 pixels or more for each point. */
const clear: Detail = { print: undefined, smallestLetterPx: 4, rowLetters: 6, rowShapes: 4, levelShare: 0.6 };
/** Half of that: letters are grey and run into words, and their paper is no more even than a photograph. */
const blurred: Detail = {
  print: { contrast: 20, unevenness: 30 },
  smallestLetterPx: 2,
  rowLetters: 4,
  rowShapes: 2,
  levelShare: 0.4,
};
/** Of 80 pictures without print two have more, most none; 40 letters and more of 5 to 36 points come to 31 and more. */
const fewestBlurred = 18;
/** Larger shapes are pictures and frames. */
const largestLetterPx = 72;
const largestRowGap = 1.6;

/** A shape of ink; right and bottom are its last column and row. */
interface Shape {
  left: number;
  top: number;
  right: number;
  bottom: number;
  inkPx: number;
}

/** Letters in a picture by the direction of their rows. */
export interface LetterCount {
  across: number;
  /** Of a picture that lies on its side. */
  down: number;
}

/**
 * How many letters stand in a picture, about: shapes of the size of letters on a flat ground, dark or light, side by side
 * in rows, that are not all alike. Photographs, hatching, charts and maps have few such rows. 10 ms for a million pixels.
 *
 * @param known boxes, in pixels, of what is not to be counted
 */
export function countLetters(picture: GreyPicture, known: readonly Box[] = []): LetterCount {
  return countIn(picture, known, clear);
}

/** Whether a picture may hold letters worth counting, told from one of half the size, in a quarter of the time. */
export function mayHoldLetters(smallPicture: GreyPicture): boolean {
  const { across, down } = countIn(smallPicture, [], blurred);
  return Math.max(across, down) >= fewestBlurred;
}

function countIn(picture: GreyPicture, known: readonly Box[], detail: Detail): LetterCount {
  const ink = inkOf(picture, detail.print);
  for (const box of known) erase(ink, picture, box);
  const components = findComponents(ink, picture.widthPx, picture.heightPx).all.map(shapeOf);
  return { across: inRows(components, detail), down: inRows(components.map(turned), detail) };
}

const shapeOf = ({ left, top, right, bottom, pixels }: Component): Shape => ({
  left,
  top,
  right: right - 1,
  bottom: bottom - 1,
  inkPx: pixels,
});

const turned = ({ left, top, right, bottom, inkPx }: Shape): Shape => ({
  left: top,
  top: left,
  right: bottom,
  bottom: right,
  inkPx,
});

function inRows(components: readonly Shape[], { smallestLetterPx, rowLetters, rowShapes, levelShare }: Detail): number {
  const letters = components.filter((component) => isLetter(component, smallestLetterPx));
  return rowsOf(letters, smallestLetterPx)
    .filter((row) => lettersOf(row) >= rowLetters && shapesOf(row) >= rowShapes && standsOnLine(row, levelShare))
    .reduce((sum, row) => sum + lettersOf(row), 0);
}

function erase(ink: Uint8Array, { widthPx, heightPx }: GreyPicture, [left, top, right, bottom]: Box): void {
  const from = Math.max(0, Math.floor(left));
  const to = Math.min(widthPx, Math.ceil(right));
  if (from >= to) return;
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(heightPx, Math.ceil(bottom)); y += 1) {
    ink.fill(0, y * widthPx + from, y * widthPx + to);
  }
}

const widthOf = ({ left, right }: Shape) => right - left + 1;
const heightOf = ({ top, bottom }: Shape) => bottom - top + 1;

/** Letters that touch are one shape as wide as a word. */
function isLetter(component: Shape, smallestLetterPx: number): boolean {
  const [width, height] = [widthOf(component), heightOf(component)];
  const fill = component.inkPx / (width * height);
  return (
    height >= smallestLetterPx &&
    height <= largestLetterPx &&
    width >= 2 &&
    width <= 12 * height &&
    height <= 8 * width &&
    fill >= 0.1 &&
    fill <= 0.95
  );
}

/** Each shape goes to the row that it continues, from left to right. */
function rowsOf(components: readonly Shape[], smallestLetterPx: number): Shape[][] {
  const rows: Shape[][] = [];
  const open = new Map<number, Shape[]>();
  for (const component of components.toSorted((one, other) => one.left - other.left)) {
    const bin = Math.floor((component.top + component.bottom) / 2 / smallestLetterPx);
    let best: Shape[] | undefined;
    const reach = Math.ceil(heightOf(component) / smallestLetterPx);
    for (let near = bin - reach; near <= bin + reach; near += 1) {
      const row = open.get(near);
      const last = row?.at(-1);
      if (row === undefined || last === undefined || !continues(last, component)) continue;
      if (best === undefined || last.right > (best.at(-1)?.right ?? 0)) best = row;
    }
    const row = best ?? [];
    if (best === undefined) rows.push(row);
    row.push(component);
    open.set(bin, row);
  }
  return rows;
}

function continues(last: Shape, next: Shape): boolean {
  const [one, other] = [heightOf(last), heightOf(next)];
  const overlap = Math.min(last.bottom, next.bottom) - Math.max(last.top, next.top) + 1;
  const gap = next.left - last.right;
  return (
    overlap >= 0.5 * Math.min(one, other) &&
    Math.max(one, other) <= 2.5 * Math.min(one, other) &&
    gap <= largestRowGap * Math.max(one, other) &&
    gap > -Math.min(widthOf(last), widthOf(next))
  );
}

/** Most letters end where their neighbour does; strokes of a drawing that happen to lie side by side do not. */
function standsOnLine(row: readonly Shape[], levelShare: number): boolean {
  let level = 0;
  for (const [index, next] of row.entries()) {
    const last = row[index - 1];
    if (last === undefined) continue;
    const step = Math.max(1, 0.2 * Math.max(heightOf(last), heightOf(next)));
    if (Math.abs(next.bottom - last.bottom) <= step) level += 1;
  }
  return level >= levelShare * (row.length - 1);
}

/** Where letters touch, their number is told from the width of the shape. */
const lettersOf = (row: readonly Shape[]): number =>
  row.reduce((sum, component) => sum + Math.max(1, Math.round(widthOf(component) / (0.8 * heightOf(component)))), 0);

/** Shapes that differ clearly in width, height or ink. */
function shapesOf(row: readonly Shape[]): number {
  const heights = row.map(heightOf).toSorted((one, other) => one - other);
  const usual = heights[heights.length >> 1] ?? 1;
  const kinds = row.map((component) => {
    const [width, height] = [widthOf(component), heightOf(component)];
    return [
      Math.round((4 * width) / usual),
      Math.round((4 * height) / usual),
      Math.round((10 * component.inkPx) / (width * height)),
    ].join();
  });
  return new Set(kinds).size;
}
