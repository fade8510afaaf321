import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";

/** A rectangle of one level: left, top, width, height, level. */
export type Patch = readonly [left: number, top: number, width: number, height: number, level: number];

/** Paper of one level with rectangles of others, the later ones over the earlier ones. */
export function painted(width: number, height: number, paper: number, patches: readonly Patch[] = []): GreyImage {
  const data = new Uint8Array(width * height).fill(paper);
  for (const [left, top, wide, high, level] of patches) {
    for (let y = top; y < top + high; y++) data.fill(level, y * width + left, y * width + left + wide);
  }
  return { width, height, data };
}

/** A picture whose levels follow from the place. */
export const shaded = (width: number, height: number, level: (x: number, y: number) => number): GreyImage => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, at) => level(at % width, Math.floor(at / width))),
});

/** Levels that deviate by up to so many, from a generator with a fixed seed. */
export function noisy({ data, ...size }: GreyImage, most: number): GreyImage {
  let state = 7;
  const levels = data.map((level) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.max(0, Math.min(255, level + (state / 2 ** 31 - 1) * most));
  });
  return { ...size, data: levels };
}
