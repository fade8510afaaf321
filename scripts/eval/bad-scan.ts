import { rotate } from "../../src/tesseract/picture/deskew.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { projection } from "../../src/tesseract/picture/perspective.ts";

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
  { name: "shadow", spoil: (image) => shadow(grain(image, 10)), jpegQuality: 60 },
  { name: "negative", spoil: ({ data, ...size }) => ({ ...size, data: data.map((level) => 255 - level) }) },
  { name: "photograph", spoil: (image) => shadow(grain(blur(onTable(image)), 8), 0.5), jpegQuality: 60 },
  { name: "fax", spoil: (image) => blackAndWhite(grain(blur(rotate(image, -0.8)), 40), 150) },
];

/** The sheet on a dark table, seen from below its middle and a little askew. */
function onTable(image: GreyImage): GreyImage {
  const { width, height, data } = image;
  const at = (x: number, y: number) => ({ x: x * width, y: y * height });
  // Where the corners of the photograph lie on the sheet.
  const toSheet = projection({
    topLeft: at(-0.16, -0.07),
    topRight: at(1.13, -0.1),
    bottomRight: at(1.03, 1.05),
    bottomLeft: at(-0.04, 1.08),
  });
  const seen = new Uint8Array(width * height).fill(70);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const point = toSheet(x / width, y / height);
      const [left, top] = [Math.floor(point.x), Math.floor(point.y)];
      if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) continue;
      const [right, down] = [point.x - left, point.y - top];
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
function blur({ width, height, data }: GreyImage): GreyImage {
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
function grain({ width, height, data }: GreyImage, strength: number): GreyImage {
  let state = 20_250_115;
  const noisy = data.map((level) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = (state / 2 ** 32 - 0.5) * 2 * strength;
    return Math.max(0, Math.min(255, level + noise));
  });
  return { width, height, data: noisy };
}

const blackAndWhite = ({ width, height, data }: GreyImage, threshold: number): GreyImage => ({
  width,
  height,
  data: data.map((level) => (level < threshold ? 0 : 255)),
});
