import type { GreyImage } from "./grey-image.ts";
import type { Box } from "./ink.ts";

/** Side of the cells in which dark ground is looked for; below the height of a line of text. */
const cellPx = 8;
/** Share of dark pixels of a cell of dark ground; light letters take up to a half of it. */
const groundShare = 0.5;
/** A bar is at least one line of small text high and a word long, at 150 dpi. */
const minHeightPx = 16;
const minWidthPx = 48;
/** A rectangle of dark ground fills its box; a photograph, a stamp or a logo does not. */
const minFill = 0.75;
/** Share of dark pixels of a bar with text on it: all dark is a bar without any, less is no dark ground. */
const darkest = 0.98;
const lightest = 0.5;
/** Share of dark pixels along the sides of a bar: print on it leaves a margin, while bold letters that touch have none. */
const minSideShare = 0.9;

/**
 * Turns light print on dark ground into dark on light: the whole page where most of it is dark, else each rectangle of
 * dark ground (the head of a table, a title bar). The recogniser reads dark on light only.
 */
export function turnLightOnDark(image: GreyImage, threshold: number): GreyImage {
  const dark = image.data.reduce((count, level) => count + (level < threshold ? 1 : 0), 0);
  if (dark > image.data.length / 2) return { ...image, data: image.data.map((level) => 255 - level) };
  const boxes = darkBoxes(image, threshold);
  if (boxes.length === 0) return image;
  const data = image.data.slice();
  for (const { left, top, width, height } of boxes) {
    for (let y = top; y < top + height; y++) {
      for (let at = y * image.width + left; at < y * image.width + left + width; at++) data[at] = 255 - (data[at] ?? 0);
    }
  }
  return { ...image, data };
}

/** Rectangles of dark ground that hold something light. */
function darkBoxes(image: GreyImage, threshold: number): Box[] {
  const columns = Math.floor(image.width / cellPx);
  const rows = Math.floor(image.height / cellPx);
  const ground = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = { left: column * cellPx, top: row * cellPx, width: cellPx, height: cellPx };
      if (darkShare(image, threshold, cell) >= groundShare) ground[row * columns + column] = 1;
    }
  }
  return components(ground, columns, rows)
    .filter(({ box, cells }) => cells >= minFill * box.width * box.height)
    .map(({ box }) => fitted(image, threshold, scaled(box)))
    .filter((box) => {
      const share = darkShare(image, threshold, box);
      const isLarge = box.width >= minWidthPx && box.height >= minHeightPx;
      return isLarge && share >= lightest && share <= darkest && hasDarkSides(image, threshold, box);
    });
}

function darkShare({ width, data }: GreyImage, threshold: number, box: Box): number {
  let dark = 0;
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) if ((data[y * width + x] ?? 255) < threshold) dark++;
  }
  return dark / (box.width * box.height);
}

/** Looks one pixel inside: the outermost are blurred. */
function hasDarkSides(image: GreyImage, threshold: number, { left, top, width, height }: Box): boolean {
  const sides: Box[] = [
    { left, top: top + 1, width, height: 1 },
    { left, top: top + height - 2, width, height: 1 },
    { left: left + 1, top, width: 1, height },
    { left: left + width - 2, top, width: 1, height },
  ];
  return sides.every((side) => darkShare(image, threshold, side) >= minSideShare);
}

const scaled = ({ left, top, width, height }: Box): Box => ({
  left: left * cellPx,
  top: top * cellPx,
  width: width * cellPx,
  height: height * cellPx,
});

/** Moves each side of the box to where the ground ends, at most a cell inwards or outwards. */
function fitted(image: GreyImage, threshold: number, box: Box): Box {
  let { left, top } = box;
  let right = box.left + box.width;
  let bottom = box.top + box.height;
  const isDarkRow = (y: number) =>
    y >= 0 &&
    y < image.height &&
    darkShare(image, threshold, { left, top: y, width: right - left, height: 1 }) >= groundShare;
  const isDarkColumn = (x: number) =>
    x >= 0 &&
    x < image.width &&
    darkShare(image, threshold, { left: x, top, width: 1, height: bottom - top }) >= groundShare;
  for (let step = 0; step < cellPx; step++) {
    if (!isDarkRow(top)) top++;
    if (!isDarkRow(bottom - 1)) bottom--;
    if (!isDarkColumn(left)) left++;
    if (!isDarkColumn(right - 1)) right--;
  }
  for (let step = 0; step < cellPx; step++) {
    if (isDarkRow(top - 1)) top--;
    if (isDarkRow(bottom)) bottom++;
    if (isDarkColumn(left - 1)) left--;
    if (isDarkColumn(right)) right++;
  }
  return { left, top, width: right - left, height: bottom - top };
}

/** Connected cells, by four neighbours, with the box around them. */
function components(ground: Uint8Array, columns: number, rows: number): { box: Box; cells: number }[] {
  const found: { box: Box; cells: number }[] = [];
  const open = ground.slice();
  for (let start = 0; start < open.length; start++) {
    if (open[start] !== 1) continue;
    const queue = [start];
    open[start] = 0;
    let [left, right, top, bottom] = [columns, 0, rows, 0];
    for (let next = 0; next < queue.length; next++) {
      const cell = queue[next] ?? 0;
      const [row, column] = [Math.floor(cell / columns), cell % columns];
      [left, right] = [Math.min(left, column), Math.max(right, column)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      const neighbours = [
        column > 0 ? cell - 1 : -1,
        column < columns - 1 ? cell + 1 : -1,
        row > 0 ? cell - columns : -1,
        row < rows - 1 ? cell + columns : -1,
      ];
      for (const neighbour of neighbours) {
        if (neighbour < 0 || open[neighbour] !== 1) continue;
        open[neighbour] = 0;
        queue.push(neighbour);
      }
    }
    found.push({ box: { left, top, width: right - left + 1, height: bottom - top + 1 }, cells: queue.length });
  }
  return found;
}
