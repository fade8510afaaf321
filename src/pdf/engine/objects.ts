import * as mupdf from "mupdf";
import type { Rgb } from "../geometry/text-grounds.ts";

/** The typings leave out that bounds may be asked for without a stroke, which is how filled shapes are measured. */
declare module "mupdf" {
  interface Path {
    getBounds(strokeState: StrokeState | null, transform: Matrix): Rect;
  }
  interface Text {
    getBounds(strokeState: StrokeState | null, transform: Matrix): Rect;
  }
}

/** The drawing functions that a walk may watch; the typings do not export their own name for them. */
export type DeviceFunctions = typeof mupdf.Device extends {
  new (callbacks: infer Functions): unknown;
  new (pointer: infer _Pointer): unknown;
}
  ? Functions
  : never;

/**
 * The engine hands a gradient to a device without keeping it for us (mupdf.js 1.28.1), so that giving it back, by hand or
 * by the garbage collector, frees what others still use: later documents were then refused as damaged.
 */
Object.defineProperty(mupdf.Shade, "_drop", { value: () => undefined });

const whiteLevel = 0.99;

/** Calls the functions for everything that a page draws, in order. */
export function walkList(list: mupdf.DisplayList, functions: DeviceFunctions): void {
  const device = new mupdf.Device(functions);
  try {
    list.run(device, mupdf.Matrix.identity);
    device.close();
  } finally {
    device.destroy();
  }
}

/** Gives the engine's objects back at once: the garbage collector does not see how large they are. */
export function releasing<Value>(objects: ReadonlyArray<{ destroy(): void }>, use: () => Value): Value {
  try {
    return use();
  } finally {
    for (const object of objects) object.destroy();
  }
}

/** Whether a colour of a device colour space is (nearly) white; a spot colour never is. */
export function isWhite(space: mupdf.ColorSpace, colour: readonly number[]): boolean {
  if (space.isCMYK()) return colour.every((part) => part <= 1 - whiteLevel);
  return (space.isGray() || space.isRGB()) && colour.every((part) => part >= whiteLevel);
}

/** A colour of a device colour space, near enough to compare; `undefined` for spot colours and the like. */
export function rgbOf(space: mupdf.ColorSpace, colour: readonly number[]): Rgb | undefined {
  const [one = 0, two = 0, three = 0, black = 0] = colour;
  if (space.isGray()) return [one, one, one];
  if (space.isRGB()) return [one, two, three];
  if (space.isCMYK()) return [(1 - one) * (1 - black), (1 - two) * (1 - black), (1 - three) * (1 - black)];
  return undefined;
}

/** Lines and curves of a path, closing lines included. */
export function segmentsOf(path: mupdf.Path): number {
  let segments = 0;
  const count = () => {
    segments += 1;
  };
  path.walk({ lineTo: count, curveTo: count, closePath: count });
  return segments;
}

/**
 * Glyphs of a text that are not white space, and the smallest size that one is set in; a glyph without a known character
 * counts.
 */
export function measureGlyphs(text: mupdf.Text, [a, b, c, d]: mupdf.Matrix): { glyphs: number; smallest: number } {
  let [glyphs, smallest] = [0, Number.POSITIVE_INFINITY];
  text.walk({
    showGlyph(_font, [, , across, up], _glyph, unicode) {
      if (unicode > 0 && unicode <= 0x10ffff && String.fromCodePoint(unicode).trim() === "") return;
      glyphs += 1;
      smallest = Math.min(smallest, Math.hypot(a * across + c * up, b * across + d * up));
    },
  });
  return { glyphs, smallest };
}
