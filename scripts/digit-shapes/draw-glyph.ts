import * as mupdf from "mupdf";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";

/** Twice what a letter has on a page as the engine reads it: edges lie nearer to where they belong. */
const largeEmPx = 40;
const sidePx = 96;
const inkBelow = 128;

/**
 * A character in black on white, trimmed to its ink; undefined where the font has none, or nothing to see.
 *
 * @param spoil what becomes of the picture before it is trimmed
 */
export function drawGlyph(
  font: mupdf.Font,
  character: string,
  emPx = largeEmPx,
  spoil: (image: GreyImage) => GreyImage = (image) => image,
): GreyImage | undefined {
  const code = character.codePointAt(0) ?? 0;
  const glyph = font.encodeCharacter(code);
  if (glyph === 0) return undefined;
  const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceGray, [0, 0, sidePx, sidePx], false);
  pixmap.clear(255);
  const text = new mupdf.Text();
  text.showGlyph(font, [emPx, 0, 0, -emPx, emPx / 2, 1.6 * emPx], glyph, code, 0);
  const device = new mupdf.DrawDevice(mupdf.Matrix.identity, pixmap);
  device.fillText(text, mupdf.Matrix.identity, mupdf.ColorSpace.DeviceGray, [0], 1);
  device.close();
  const stride = pixmap.getStride();
  const pixels = pixmap.getPixels();
  const data = Uint8Array.from(
    { length: sidePx * sidePx },
    (_, at) => pixels[Math.floor(at / sidePx) * stride + (at % sidePx)] ?? 255,
  );
  const spoilt = spoil({ width: sidePx, height: sidePx, data });
  return trimmed((x, y) => spoilt.data[y * sidePx + x] ?? 255);
}

function trimmed(levelAt: (x: number, y: number) => number): GreyImage | undefined {
  let [left, right, top, bottom] = [sidePx, -1, sidePx, -1];
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      if (levelAt(x, y) >= inkBelow) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (right < 0) return undefined;
  const [width, height] = [right - left + 1, bottom - top + 1];
  const data = Uint8Array.from({ length: width * height }, (_, at) =>
    levelAt(left + (at % width), top + Math.floor(at / width)),
  );
  return { width, height, data };
}
