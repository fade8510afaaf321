import * as mupdf from "mupdf";
import type { Box } from "../geometry/coverage.ts";
import { forwarding } from "./forwarding.ts";
import { releasing, walkList } from "./objects.ts";

/** How large a picture of a page is. */
export interface CanvasSize {
  pixelsPerPoint: number;
  /** Of the whole picture: a small page is drawn larger, a large one smaller. */
  fewestPixels: number;
  mostPixels: number;
}

type Use<Value> = (pixels: Uint8ClampedArray, strideBytes: number) => Value;

/** Draws a page, or an area of it, in one size; the pixels are those of the engine and gone after their use. */
export function canvasOf(page: Box, { pixelsPerPoint, fewestPixels, mostPixels }: CanvasSize) {
  const pixels = Math.min(mostPixels, Math.max(fewestPixels, pixelsPerPoint ** 2 * areaOf(page)));
  const scale = Math.sqrt(pixels / areaOf(page));
  const widthPx = Math.max(1, Math.round((page[2] - page[0]) * scale));
  const heightPx = Math.max(1, Math.round((page[3] - page[1]) * scale));
  const map: mupdf.Matrix = [scale, 0, 0, scale, -page[0] * scale, -page[1] * scale];

  function paint<Value>(
    colours: mupdf.ColorSpace,
    area: Box,
    onto: (device: mupdf.Device) => void,
    use: Use<Value>,
  ): Value {
    const pixmap = new mupdf.Pixmap(colours, [...area], false);
    try {
      pixmap.clear(255);
      const device = new mupdf.DrawDevice(map, pixmap);
      releasing([device], () => {
        onto(device);
        device.close();
      });
      return use(pixmap.getPixels(), pixmap.getStride());
    } finally {
      pixmap.destroy();
    }
  }

  return {
    widthPx,
    heightPx,
    toPixels: ([left, top, right, bottom]: Box): Box => [
      (left - page[0]) * scale,
      (top - page[1]) * scale,
      (right - page[0]) * scale,
      (bottom - page[1]) * scale,
    ],
    /** An area of it, in pixels. */
    draw: <Value>(list: mupdf.DisplayList, area: Box, use: Use<Value>) =>
      paint(mupdf.ColorSpace.DeviceRGB, area, (device) => list.run(device, mupdf.Matrix.identity), use),
    /** Both ways through the same hands, so that only the text makes a difference. */
    drawForComparison: <Value>(list: mupdf.DisplayList, withText: boolean, use: Use<Value>) =>
      paint(
        mupdf.ColorSpace.DeviceRGB,
        [0, 0, widthPx, heightPx],
        (device) => walkList(list, forwarding(device, withText)),
        use,
      ),
  };
}

/** Square points of a page, at least one. */
export const areaOf = ([left, top, right, bottom]: Box): number => Math.max(1, (right - left) * (bottom - top));
