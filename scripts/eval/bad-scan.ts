import { rotate } from "../../src/tesseract/picture/deskew.ts";
import { crop, type GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { projection } from "../../src/tesseract/picture/perspective.ts";
import { resized } from "../../src/tesseract/picture/resize.ts";

/** A way in which a scanner or a fax machine spoils a page; the same input always gives the same output. */
export interface BadScan {
  name: string;
  spoil(image: GreyImage): GreyImage;
  /** JPEG quality of the picture in the scan, 1 to 100; PNG when absent. */
  jpegQuality?: number;
}

export const badScans: readonly BadScan[] = [
  { name: "clean", spoil: (image) => image },
  { name: "skewed", spoil: (image) => rotate(image, 1.7) },
  { name: "blurred", spoil: (image) => blur(blur(image)) },
  { name: "noisy", spoil: (image) => grain(image, 60) },
  { name: "jpeg", spoil: (image) => grain(image, 15), jpegQuality: 25 },
  { name: "askew", spoil: (image) => rotate(image, 8) },
  { name: "ten-degrees", spoil: (image) => rotate(image, -10) },
  { name: "shadow", spoil: (image) => shadow(grain(image, 10)), jpegQuality: 60 },
  { name: "negative", spoil: ({ data, ...size }) => ({ ...size, data: data.map((level) => 255 - level) }) },
  { name: "photograph", spoil: (image) => shadow(grain(blur(onTable(image, seenFromBelow)), 8), 0.5), jpegQuality: 60 },
  {
    name: "photograph (aside)",
    spoil: (image) => shadow(grain(blur(onTable(image, seenFromTheRight)), 8), 0.6),
    jpegQuality: 60,
  },
  { name: "fax", spoil: (image) => blackAndWhite(grain(blur(rotate(image, -0.8)), 40), 150) },
  { name: "specks", spoil: (image) => specks(image) },
  { name: "touching", spoil: (image) => spread(image) },
  { name: "blueprint", spoil: ({ data, ...size }) => ({ ...size, data: data.map((level) => 225 - level * 0.6) }) },
  { name: "small", spoil: (image) => inCorner(image, 640, 480) },
  { name: "small blurred", spoil: (image) => grain(blur(inCorner(image, 640, 480)), 10), jpegQuality: 60 },
];

/** Where the corners of a photograph lie on the sheet, in shares of its width and height. */
type Corners = Readonly<Record<"topLeft" | "topRight" | "bottomRight" | "bottomLeft", readonly [number, number]>>;

/** From below its middle, a little askew. */
const seenFromBelow: Corners = {
  topLeft: [-0.16, -0.07],
  topRight: [1.13, -0.1],
  bottomRight: [1.03, 1.05],
  bottomLeft: [-0.04, 1.08],
};

const seenFromTheRight: Corners = {
  topLeft: [-0.09, -0.04],
  topRight: [1.07, -0.13],
  bottomRight: [1.12, 1.11],
  bottomLeft: [-0.12, 1.03],
};

/** The sheet on a dark table. */
function onTable(image: GreyImage, corners: Corners): GreyImage {
  const { width, height, data } = image;
  const at = ([x, y]: readonly [number, number]) => ({ x: x * width, y: y * height });
  const toSheet = projection({
    topLeft: at(corners.topLeft),
    topRight: at(corners.topRight),
    bottomRight: at(corners.bottomRight),
    bottomLeft: at(corners.bottomLeft),
  });
  const seen = new Uint8Array(width * height).fill(70);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [seenX, seenY] = [toSheet.x(x / width, y / height), toSheet.y(x / width, y / height)];
      const [left, top] = [Math.floor(seenX), Math.floor(seenY)];
      if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) continue;
      const [right, down] = [seenX - left, seenY - top];
      const from = top * width + left;
      const upper = (data[from] ?? 255) * (1 - right) + (data[from + 1] ?? 255) * right;
      const lower = (data[from + width] ?? 255) * (1 - right) + (data[from + width + 1] ?? 255) * right;
      seen[y * width + x] = upper * (1 - down) + lower * down;
    }
  }
  return { width, height, data: seen };
}

/** Light that falls from all of itself in one corner to this share less in the other, as on a photographed sheet. */
function shadow({ width, height, data }: GreyImage, less = 0.67): GreyImage {
  const light = (at: number) => 1 - (((at % width) / width + Math.floor(at / width) / height) / 2) * less;
  return { width, height, data: data.map((level, at) => (20 + level * 0.92) * light(at)) };
}

/** The mean of each pixel and its eight neighbours. */
export function blur({ width, height, data }: GreyImage): GreyImage {
  const blurred = new Uint8Array(data);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      let sum = 0;
      for (let row = y - 1; row <= y + 1; row++) {
        for (let column = x - 1; column <= x + 1; column++) sum += data[row * width + column] ?? 255;
      }
      blurred[y * width + x] = sum / 9;
    }
  }
  return { width, height, data: blurred };
}

/** Adds noise of at most `strength` grey levels up or down, from a linear congruential generator with a fixed seed. */
export function grain({ width, height, data }: GreyImage, strength: number): GreyImage {
  let state = 20_250_115;
  const noisy = data.map((level) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = (state / 2 ** 32 - 0.5) * 2 * strength;
    return Math.max(0, Math.min(255, level + noise));
  });
  return { width, height, data: noisy };
}

/** Black pixels strewn over the page, as dust on the glass of a fax machine leaves them. */
function specks({ width, height, data }: GreyImage): GreyImage {
  let state = 20_250_115;
  const strewn = data.map((level) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 < 0.0006 ? 0 : level;
  });
  return { width, height, data: strewn };
}

/** Strokes that run two pixels to the right, as on a copy of a copy: digits side by side touch. */
function spread({ width, height, data }: GreyImage): GreyImage {
  const darkest = (level: number, at: number) =>
    Math.min(level, at % width > 0 ? (data[at - 1] ?? 255) : 255, at % width > 1 ? (data[at - 2] ?? 255) : 255);
  return { width, height, data: data.map(darkest) };
}

/** What stands at the head of a page over its whole width, in a picture of few pixels. */
function inCorner(image: GreyImage, width: number, height: number): GreyImage {
  const head = crop(
    image,
    { left: 0, top: 0, width: image.width, height: Math.round((image.width * height) / width) },
    0,
  );
  return resized(head, width, height);
}

/** What is darker than the threshold is black, all else white. */
export const blackAndWhite = ({ width, height, data }: GreyImage, threshold: number): GreyImage => ({
  width,
  height,
  data: data.map((level) => (level < threshold ? 0 : 255)),
});
