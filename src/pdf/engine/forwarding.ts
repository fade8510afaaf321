import * as mupdf from "mupdf";
import { type DeviceFunctions, releasing } from "./objects.ts";

/** Passes on to a device what a page draws, with its text or without it. */
export function forwarding(to: mupdf.Device, withText: boolean): DeviceFunctions {
  return withText ? { ...drawing(to), ...text(to) } : { ...drawing(to), ...noText(to) };
}

const text = (to: mupdf.Device): DeviceFunctions => ({
  fillText: (glyphs, map, space, colour, alpha) =>
    releasing([glyphs, space], () => to.fillText(glyphs, map, ...paintOf(space, colour), alpha)),
  strokeText: (glyphs, stroke, map, space, colour, alpha) =>
    releasing([glyphs, stroke, space], () => to.strokeText(glyphs, stroke, map, ...paintOf(space, colour), alpha)),
  clipText: (glyphs, map) => releasing([glyphs], () => to.clipText(glyphs, map)),
  clipStrokeText: (glyphs, stroke, map) => releasing([glyphs, stroke], () => to.clipStrokeText(glyphs, stroke, map)),
});

/** What is drawn inside letters only is not drawn without them. */
const noText = (to: mupdf.Device): DeviceFunctions => ({
  clipText: (glyphs) => releasing([glyphs], () => clipAway(to)),
  clipStrokeText: (glyphs, stroke) => releasing([glyphs, stroke], () => clipAway(to)),
});

function clipAway(to: mupdf.Device): void {
  const nothing = new mupdf.Path();
  releasing([nothing], () => to.clipPath(nothing, false, mupdf.Matrix.identity));
}

const drawing = (to: mupdf.Device): DeviceFunctions => ({
  fillPath: (path, evenOdd, map, space, colour, alpha) =>
    releasing([path, space], () => to.fillPath(path, evenOdd, map, ...paintOf(space, colour), alpha)),
  strokePath: (path, stroke, map, space, colour, alpha) =>
    releasing([path, stroke, space], () => to.strokePath(path, stroke, map, ...paintOf(space, colour), alpha)),
  clipPath: (path, evenOdd, map) => releasing([path], () => to.clipPath(path, evenOdd, map)),
  clipStrokePath: (path, stroke, map) => releasing([path, stroke], () => to.clipStrokePath(path, stroke, map)),
  // The engine keeps the gradient, see `objects.ts`.
  fillShade: (shade, map, alpha) => to.fillShade(shade, map, alpha),
  fillImage: (image, map, alpha) => releasing([image], () => to.fillImage(image, map, alpha)),
  fillImageMask: (image, map, space, colour, alpha) =>
    releasing([image, space], () => to.fillImageMask(image, map, ...paintOf(space, colour), alpha)),
  clipImageMask: (image, map) => releasing([image], () => to.clipImageMask(image, map)),
  popClip: () => to.popClip(),
  beginMask: (area, luminosity, space, colour) =>
    releasing([space], () => to.beginMask(area, luminosity, ...paintOf(space, colour))),
  endMask: () => to.endMask(),
  beginGroup: (area, space, isolated, knockout, blend, alpha) =>
    releasing([space], () => to.beginGroup(area, space, isolated, knockout, blend, alpha)),
  endGroup: () => to.endGroup(),
  beginTile: (area, view, stepX, stepY, map, tile, document) =>
    to.beginTile(area, view, stepX, stepY, map, tile, document),
  endTile: () => to.endTile(),
});

/** The engine takes colours of one, three and four parts only; for mixtures of other inks a grey must do. */
function paintOf(space: mupdf.ColorSpace, colour: readonly number[]): [mupdf.ColorSpace, mupdf.Color] {
  const [one = 0, two = 0, three = 0, four = 0] = colour;
  switch (colour.length) {
    case 1:
      return [space, [one]];
    case 3:
      return [space, [one, two, three]];
    case 4:
      return [space, [one, two, three, four]];
    default:
      return [mupdf.ColorSpace.DeviceGray, [0.5]];
  }
}
