import * as mupdf from "mupdf";
import type { RenderedPage } from "../document.ts";
import { type Colour, measureInk } from "../geometry/ink.ts";
import { leastSides } from "../geometry/least-sides.ts";

/** What was drawn, as it is given to a model: too small a picture gets a margin of the colour of its ground. */
export function finishPicture(drawn: mupdf.Pixmap): RenderedPage {
  const size = { widthPx: drawn.getWidth(), heightPx: drawn.getHeight() };
  const { share, ground } = measureInk(drawn.getPixels(), size.widthPx, size.heightPx, drawn.getStride());
  const least = leastSides(size);
  if (least.widthPx === size.widthPx && least.heightPx === size.heightPx) {
    return { png: drawn.asPNG(), ...size, ink: share };
  }
  const padded = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, least.widthPx, least.heightPx], false);
  try {
    paint(padded, drawn, ground);
    return { png: padded.asPNG(), ...least, ink: share };
  } finally {
    padded.destroy();
  }
}

/** The picture in the middle of the ground. */
function paint(padded: mupdf.Pixmap, drawn: mupdf.Pixmap, ground: Colour): void {
  const [to, from] = [padded.getPixels(), drawn.getPixels()];
  for (let at = 0; at < to.length; at += 3) to.set(ground, at);
  const left = Math.floor((padded.getWidth() - drawn.getWidth()) / 2);
  const top = Math.floor((padded.getHeight() - drawn.getHeight()) / 2);
  for (let y = 0; y < drawn.getHeight(); y += 1) {
    const row = from.subarray(y * drawn.getStride(), y * drawn.getStride() + 3 * drawn.getWidth());
    to.set(row, (top + y) * padded.getStride() + 3 * left);
  }
}
