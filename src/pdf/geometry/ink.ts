/** Levels (of 255) by which a pixel must be darker, or its channels further apart, than the background's. */
const clearDifference = 48;
const brightnessBuckets = 16;
/** Every third pixel in both directions: a stroke is seen in its share, and a page of 1800 px costs under 3 ms. */
const sampleStep = 3;

/** On a ground darker than this (of 255) what is lighter is ink as well; grey and yellowed paper is lighter. */
const darkGround = 160;

export type Colour = readonly [red: number, green: number, blue: number];

/** What is drawn of a page, and on what. */
export interface Ink {
  /** Share of the pixels that differ clearly from the ground, 0 to 1. */
  share: number;
  /** The mean colour of the brightness that occurs most, so that grey or yellowed paper is no ink. */
  ground: Colour;
}

/** The ink on RGB pixels, by sampling: what is clearly darker or more coloured than the ground, on a dark one also lighter. */
export function measureInk(rgb: ArrayLike<number>, widthPx: number, heightPx: number, strideBytes: number): Ink {
  const buckets = Array.from({ length: brightnessBuckets }, () => ({
    count: 0,
    brightness: 0,
    colour: 0,
    red: 0,
    green: 0,
    blue: 0,
  }));
  const step = Math.min(widthPx, heightPx) < sampleStep * 10 ? 1 : sampleStep;
  eachSample((brightness, colour, red, green, blue) => {
    const bucket = buckets[brightness >> 4];
    if (bucket === undefined) return;
    bucket.count += 1;
    bucket.brightness += brightness;
    bucket.colour += colour;
    bucket.red += red;
    bucket.green += green;
    bucket.blue += blue;
  });
  const ground = buckets.reduce((most, bucket) => (bucket.count > most.count ? bucket : most));
  const groundBrightness = ground.brightness / ground.count;
  const groundColour = ground.colour / ground.count;
  const isDark = groundBrightness < darkGround;
  let inked = 0;
  let sampled = 0;
  eachSample((brightness, colour) => {
    sampled += 1;
    const darker = groundBrightness - brightness;
    const difference = isDark ? Math.abs(darker) : darker;
    if (difference > clearDifference || colour - groundColour > clearDifference) inked += 1;
  });
  const meanOf = (sum: number) => Math.round(sum / Math.max(1, ground.count));
  return {
    share: sampled === 0 ? 0 : inked / sampled,
    ground: [meanOf(ground.red), meanOf(ground.green), meanOf(ground.blue)],
  };

  function eachSample(
    visit: (brightness: number, colour: number, red: number, green: number, blue: number) => void,
  ): void {
    for (let y = 0; y < heightPx; y += step) {
      for (let x = 0; x < widthPx; x += step) {
        const at = y * strideBytes + x * 3;
        const [red, green, blue] = [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0];
        const brightness = (red * 77 + green * 151 + blue * 28) >> 8;
        visit(brightness, Math.max(red, green, blue) - Math.min(red, green, blue), red, green, blue);
      }
    }
  }
}
