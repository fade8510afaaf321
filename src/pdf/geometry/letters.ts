import type { Box } from "./coverage.ts";

/** Grey levels of a page, one byte a pixel. */
export interface GreyPicture {
  levels: Uint8Array | Uint8ClampedArray;
  widthPx: number;
  heightPx: number;
  strideBytes: number;
}

/** Levels are judged in blocks of so many pixels each way. */
export const blockPx = 16;
/** Levels between ink and its ground. Faded print has some 50. */
const clearContrast = 40;
/** Mean distance of ground levels from their mean: paper and plain grounds have under 6, scenery has not. */
const flatGround = 14;
/** Smaller shapes are dust and dots, larger ones pictures and frames. */
const smallestLetterPx = 4;
const largestLetterPx = 72;
/** Letters that make a row, and the shapes among them: dashes, hatching and patterns repeat the same one. */
const rowLetters = 6;
const rowShapes = 4;
const largestRowGap = 1.6;
/** Of the neighbours in a row. Thai has marks of its own above and below. */
const levelShare = 0.6;

interface Component {
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
  const ink = inkOf(picture);
  for (const box of known) erase(ink, picture, box);
  const components = componentsOf(ink, picture.widthPx, picture.heightPx);
  return { across: inRows(components), down: inRows(components.map(turned)) };
}

const turned = ({ left, top, right, bottom, inkPx }: Component): Component => ({
  left: top,
  top: left,
  right: bottom,
  bottom: right,
  inkPx,
});

function inRows(components: readonly Component[]): number {
  return rowsOf(components.filter(isLetter))
    .filter((row) => lettersOf(row) >= rowLetters && shapesOf(row) >= rowShapes && standsOnLine(row))
    .reduce((sum, row) => sum + lettersOf(row), 0);
}

/** 1 where a pixel is ink: on the rarer side of the middle between the levels around it, and the other side is flat. */
function inkOf({ levels, widthPx, heightPx, strideBytes }: GreyPicture): Uint8Array {
  const ink = new Uint8Array(widthPx * heightPx);
  const columns = Math.ceil(widthPx / blockPx);
  const rows = Math.ceil(heightPx / blockPx);
  const lowest = new Uint8Array(columns * rows).fill(255);
  const highest = new Uint8Array(columns * rows);
  for (let y = 0; y < heightPx; y += 1) {
    const blockRow = Math.floor(y / blockPx) * columns;
    const line = y * strideBytes;
    for (let column = 0; column < columns; column += 1) {
      let low = lowest[blockRow + column] ?? 0;
      let high = highest[blockRow + column] ?? 0;
      const end = line + Math.min(widthPx, (column + 1) * blockPx);
      for (let at = line + column * blockPx; at < end; at += 1) {
        const level = levels[at] ?? 0;
        if (level < low) low = level;
        if (level > high) high = level;
      }
      lowest[blockRow + column] = low;
      highest[blockRow + column] = high;
    }
  }
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const block = row * columns + column;
      if ((highest[block] ?? 0) - (lowest[block] ?? 0) < clearContrast) continue;
      const middle = ((highest[block] ?? 0) + (lowest[block] ?? 0)) / 2;
      markBlock(column * blockPx, row * blockPx, middle);
    }
  }
  return ink;

  function markBlock(left: number, top: number, middle: number): void {
    // Half a block around, so that a block that a stem fills still knows its ground.
    const [x0, x1] = [Math.max(0, left - 8), Math.min(widthPx, left + blockPx + 8)];
    const [y0, y1] = [Math.max(0, top - 8), Math.min(heightPx, top + blockPx + 8)];
    let [dark, darkSum, lightSum] = [0, 0, 0];
    for (let y = y0; y < y1; y += 1) {
      for (let x = x0, at = y * strideBytes + x0; x < x1; x += 1, at += 1) {
        const level = levels[at] ?? 0;
        if (level < middle) {
          dark += 1;
          darkSum += level;
        } else lightSum += level;
      }
    }
    const all = (x1 - x0) * (y1 - y0);
    const inkIsDark = dark * 2 <= all;
    const ground = inkIsDark ? lightSum / (all - dark) : darkSum / dark;
    const threshold = (middle + ground) / 2;
    let [unevenness, even] = [0, 0];
    for (let y = y0; y < y1; y += 1) {
      for (let x = x0, at = y * strideBytes + x0; x < x1; x += 1, at += 1) {
        const level = levels[at] ?? 0;
        if (level < threshold === inkIsDark) continue;
        unevenness += Math.abs(level - ground);
        even += 1;
      }
    }
    if (unevenness > flatGround * even) return;
    for (let y = top; y < Math.min(heightPx, top + blockPx); y += 1) {
      for (let x = left; x < Math.min(widthPx, left + blockPx); x += 1) {
        const level = levels[y * strideBytes + x] ?? 0;
        if (level < threshold === inkIsDark) ink[y * widthPx + x] = 1;
      }
    }
  }
}

function erase(ink: Uint8Array, { widthPx, heightPx }: GreyPicture, [left, top, right, bottom]: Box): void {
  const from = Math.max(0, Math.floor(left));
  const to = Math.min(widthPx, Math.ceil(right));
  if (from >= to) return;
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(heightPx, Math.ceil(bottom)); y += 1) {
    ink.fill(0, y * widthPx + from, y * widthPx + to);
  }
}

/** Takes the ink away while it follows it. */
function componentsOf(ink: Uint8Array, widthPx: number, heightPx: number): Component[] {
  const components: Component[] = [];
  const waiting: number[] = [];
  for (let start = ink.indexOf(1); start >= 0; start = ink.indexOf(1, start + 1)) {
    const component = { left: widthPx, top: heightPx, right: 0, bottom: 0, inkPx: 0 };
    ink[start] = 0;
    waiting.push(start);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const y = Math.floor(at / widthPx);
      const x = at - y * widthPx;
      component.inkPx += 1;
      if (x < component.left) component.left = x;
      if (x > component.right) component.right = x;
      if (y < component.top) component.top = y;
      if (y > component.bottom) component.bottom = y;
      for (let nextY = Math.max(0, y - 1); nextY <= Math.min(heightPx - 1, y + 1); nextY += 1) {
        for (let nextX = Math.max(0, x - 1); nextX <= Math.min(widthPx - 1, x + 1); nextX += 1) {
          const next = nextY * widthPx + nextX;
          if (ink[next] === 0) continue;
          ink[next] = 0;
          waiting.push(next);
        }
      }
    }
    components.push(component);
  }
  return components;
}

const widthOf = ({ left, right }: Component) => right - left + 1;
const heightOf = ({ top, bottom }: Component) => bottom - top + 1;

/** Letters that touch are one shape as wide as a word. */
function isLetter(component: Component): boolean {
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
function rowsOf(components: readonly Component[]): Component[][] {
  const rows: Component[][] = [];
  const open = new Map<number, Component[]>();
  for (const component of components.toSorted((one, other) => one.left - other.left)) {
    const bin = Math.floor((component.top + component.bottom) / 2 / smallestLetterPx);
    let best: Component[] | undefined;
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

function continues(last: Component, next: Component): boolean {
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
function standsOnLine(row: readonly Component[]): boolean {
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
const lettersOf = (row: readonly Component[]): number =>
  row.reduce((sum, component) => sum + Math.max(1, Math.round(widthOf(component) / (0.8 * heightOf(component)))), 0);

/** Shapes that differ clearly in width, height or ink. */
function shapesOf(row: readonly Component[]): number {
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
