interface RgbPicture {
  /** Three bytes a pixel. */
  levels: Uint8Array | Uint8ClampedArray;
  widthPx: number;
  heightPx: number;
  strideBytes: number;
}

/** Steps of light that are told apart: enough for the dark end, where a level of sRGB is a tiny step. */
const lightSteps = 16_383;
/** Share of the light of white that each primary of sRGB gives. */
const lightOf = [0.2126, 0.7152, 0.0722].map((share) =>
  Float32Array.from({ length: 256 }, (_, level) => share * lightSteps * linear(level / 255)),
);
const levelOf = Uint8Array.from({ length: lightSteps + 2 }, (_, light) =>
  Math.round(255 * encoded(light / lightSteps)),
);

/**
 * Levels of grey that are as light as the colours of a picture, one byte a pixel and no padding. Colours that the engine
 * turns into grey by itself go through its colour management one by one, which takes longer than to draw them.
 */
export function greyLevels({ levels, widthPx, heightPx, strideBytes }: RgbPicture): Uint8Array {
  const [red, green, blue] = lightOf;
  const grey = new Uint8Array(widthPx * heightPx);
  if (red === undefined || green === undefined || blue === undefined) return grey;
  for (let y = 0, to = 0; y < heightPx; y += 1) {
    for (let x = 0, at = y * strideBytes; x < widthPx; x += 1, at += 3, to += 1) {
      const one = levels[at] ?? 0;
      const two = levels[at + 1] ?? 0;
      const three = levels[at + 2] ?? 0;
      if (one === two && two === three) grey[to] = one;
      else grey[to] = levelOf[((red[one] ?? 0) + (green[two] ?? 0) + (blue[three] ?? 0) + 0.5) | 0] ?? 0;
    }
  }
  return grey;
}

function linear(level: number): number {
  return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
}

function encoded(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
