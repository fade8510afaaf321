import type { GreyImage } from "./grey-image.ts";
import { histogramOf, quantile } from "./histogram.ts";

/**
 * The grey level below which a pixel counts as ink, by Otsu's method (IEEE Trans. SMC 9, 1979). Where that divides the
 * noise of the paper, because the page has hardly any ink, it is the middle between paper and the darkest pixels; 0 for
 * a page without ink.
 */
export function darkThreshold({ data }: GreyImage): number {
  const histogram = histogramOf(data);
  const total = data.length;
  let sum = 0;
  for (let level = 0; level < 256; level++) sum += level * (histogram[level] ?? 0);
  let below = 0;
  let sumBelow = 0;
  let best = { variance: 0, threshold: 0, contrast: 0 };
  for (let level = 0; level < 255; level++) {
    below += histogram[level] ?? 0;
    sumBelow += level * (histogram[level] ?? 0);
    if (below === 0 || below === total) continue;
    const contrast = (sum - sumBelow) / (total - below) - sumBelow / below;
    const variance = below * (total - below) * contrast * contrast;
    if (variance > best.variance) best = { variance, threshold: level + 1, contrast };
  }
  if (best.contrast >= minContrast) return best.threshold;
  const paper = quantile(histogram, total / 2);
  const ink = quantile(histogram, total * darkestShare);
  return paper - ink < 2 * minContrast ? 0 : Math.round((paper + ink) / 2);
}

/** A copy in which what is nearer to the paper than to the threshold is white, so that noise is no stroke of a letter. */
export function whitenPaper({ width, height, data }: GreyImage, threshold: number): GreyImage {
  const histogram = histogramOf(data);
  const lightest = (threshold + quantile(histogram, data.length / 2)) / 2;
  const white = data.slice();
  for (let at = 0; at < white.length; at++) if ((white[at] ?? 255) >= lightest) white[at] = 255;
  return { width, height, data: white };
}

/** Paper and ink lie 130 to 250 levels apart on clean and faint scans alike, the noise of blank paper below 30. */
const minContrast = 50;
/** One short line of text on A4 has about this share of the pixels. */
const darkestShare = 0.001;
