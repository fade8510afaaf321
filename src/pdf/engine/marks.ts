import type * as mupdf from "mupdf";
import { type ClipStack, createClipStack } from "../geometry/clip-stack.ts";
import { type Box, boundsOf, createCoverage, intersection } from "../geometry/coverage.ts";
import { createRegions } from "../geometry/regions.ts";
import { createTextGrounds, type TextGrounds } from "../geometry/text-grounds.ts";
import { type DeviceFunctions, isWhite, measureGlyphs, releasing, rgbOf, segmentsOf, walkList } from "./objects.ts";

/** What is put on a page. */
export interface PageMarks {
  imageCoverage: number;
  pathSegments: number;
  drawn: boolean;
  /** Glyphs that nobody sees: render mode 3, or without opacity. */
  invisibleGlyphs: number;
  /** Glyphs that may not be seen, see `TextGrounds`. */
  doubtfulGlyphs: TextGrounds["doubtfulGlyphs"];
  /** Shapes of the size of letters, and as many more as the segments of larger ones make. */
  letterShapes: number;
  /** Where these and the pictures stand. */
  letterRegions: Box[];
  /** Of the largest picture, its mask included, and of all together. */
  picturePixels: number;
  allPicturePixels: number;
}

/** Segments after which counting stops: enough for any decision, and the rest of a drawing then costs nothing. */
const countedSegments = 20_000;
/** Below this nothing of a glyph is seen; where it is little, the picture of the page shows whether it is enough. */
const noOpacity = 0.02;
const littleOpacity = 0.3;
/** Points. */
const letterHeight = { smallest: 2, largest: 60 };
const segmentsOfLetter = 12;
/** With the one around it that the engine adds. */
const ruleWidth = 3;

/**
 * Walks what a page draws. Things outside the page box or the current clip do not count, nor do fully transparent ones,
 * nor white ones while nothing else has been drawn (blank exports paint a white sheet first). Clips are followed by
 * their bounding boxes. A callback that can find nothing more is taken off: each call costs some microseconds.
 */
export function observeMarks(list: mupdf.DisplayList, page: Box): PageMarks {
  const marks = {
    pathSegments: 0,
    drawn: false,
    invisibleGlyphs: 0,
    letterShapes: 0,
    picturePixels: 0,
    allPicturePixels: 0,
  };
  const coverage = createCoverage(page);
  const clips = createClipStack(page);
  const grounds = createTextGrounds(page);
  const regions = createRegions(page);
  const groups: Array<{ alpha: number; isBlended: boolean }> = [];
  let masked = false;
  const shown = (bounds: Box, alpha: number, white: boolean) => (marks.drawn || !white) && clips.shows(bounds, alpha);

  const onPath = (path: mupdf.Path, bounds: Box) => {
    marks.drawn = true;
    const segments = segmentsOf(path);
    marks.pathSegments += segments;
    const letters = isOfLetterSize(bounds)
      ? Number(!isRule(bounds, segments))
      : Math.floor(segments / segmentsOfLetter);
    marks.letterShapes += letters;
    if (letters > 0) regions.add(bounds);
    if (marks.pathSegments < countedSegments) return;
    // Nobody knows where the rest of the drawing stands.
    regions.add(page);
    delete callbacks.fillPath;
    delete callbacks.strokePath;
  };
  const onText = (
    { glyphs, smallest }: ReturnType<typeof measureGlyphs>,
    bounds: Box,
    space: mupdf.ColorSpace,
    colour: number[],
    ownAlpha: number,
  ) => {
    const area = clips.current();
    const box = area && intersection(area, bounds);
    if (box === undefined) return;
    const alpha = groups.reduce((product, group) => product * group.alpha, ownAlpha);
    if (alpha < noOpacity) {
      marks.invisibleGlyphs += glyphs;
      return;
    }
    // A blank has no bounds; what has some is drawn, even where a font calls it a blank.
    if (shown(bounds, alpha, isWhite(space, colour))) marks.drawn = true;
    const rgb = masked || alpha < littleOpacity ? undefined : rgbOf(space, colour);
    grounds.addText(box, rgb, { glyphs, smallest, isBlended: groups.some(({ isBlended }) => isBlended) });
  };
  const onImage = (image: mupdf.Image, map: mupdf.Matrix, alpha: number) => {
    const area = clips.current();
    if (area === undefined) return;
    marks.drawn = true;
    coverage.addImage(map, area);
    const pixels = image.getWidth() * image.getHeight();
    marks.picturePixels = Math.max(marks.picturePixels, pixels);
    marks.allPicturePixels += pixels;
    const box = intersection(area, boundsOf(map));
    if (box !== undefined) regions.add(box);
    if (box !== undefined && alpha > littleOpacity) grounds.addGround(box, undefined);
  };

  const callbacks: DeviceFunctions = {
    ...clipFunctions(clips),
    fillText: (text, map, space, colour, alpha) =>
      releasing([text, space], () => onText(measureGlyphs(text, map), text.getBounds(null, map), space, colour, alpha)),
    strokeText: (text, stroke, map, space, colour, alpha) =>
      releasing([text, stroke, space], () =>
        onText(measureGlyphs(text, map), text.getBounds(stroke, map), space, colour, alpha),
      ),
    ignoreText: (text, map) =>
      releasing([text], () => {
        if (clips.shows(text.getBounds(null, map), 1)) marks.invisibleGlyphs += measureGlyphs(text, map).glyphs;
      }),
    beginGroup: (_area, space, _isolated, _knockout, blend, alpha) =>
      releasing([space], () => groups.push({ alpha, isBlended: blend !== "Normal" })),
    endGroup: () => {
      groups.pop();
    },
    beginMask: (_area, _luminosity, space) =>
      releasing([space], () => {
        masked = true;
        clips.beginMask();
      }),
    fillPath: (path, _evenOdd, map, space, colour, alpha) =>
      releasing([path, space], () => {
        const bounds = path.getBounds(null, map);
        if (shown(bounds, alpha, isWhite(space, colour))) onPath(path, bounds);
        const area = clips.current();
        const box = area && intersection(area, bounds);
        if (box !== undefined && alpha > littleOpacity) grounds.addGround(box, rgbOf(space, colour));
      }),
    strokePath: (path, stroke, map, space, colour, alpha) =>
      releasing([path, stroke, space], () => {
        const bounds = path.getBounds(stroke, map);
        if (shown(bounds, alpha, isWhite(space, colour))) onPath(path, bounds);
      }),
    fillShade: (shade, _map, alpha) =>
      releasing([shade], () => {
        if (!shown(page, alpha, false)) return;
        marks.drawn = true;
        const area = clips.current();
        if (area !== undefined) grounds.addGround(area, undefined);
      }),
    fillImage: (image, map, alpha) =>
      releasing([image], () => {
        if (shown(boundsOf(map), alpha, false)) onImage(image, map, alpha);
      }),
    fillImageMask: (image, map, space, colour, alpha) =>
      releasing([image, space], () => {
        if (shown(boundsOf(map), alpha, isWhite(space, colour))) onImage(image, map, alpha);
      }),
  };
  walkList(list, callbacks);
  return {
    ...marks,
    imageCoverage: coverage.share(),
    doubtfulGlyphs: grounds.doubtfulGlyphs,
    letterRegions: regions.boxes(),
  };
}

const clipFunctions = (clips: ClipStack): DeviceFunctions => ({
  clipPath: (path, _evenOdd, map) => releasing([path], () => clips.push(path.getBounds(null, map))),
  clipStrokePath: (path, stroke, map) => releasing([path, stroke], () => clips.push(path.getBounds(stroke, map))),
  clipText: (text, map) => releasing([text], () => clips.push(text.getBounds(null, map))),
  clipStrokeText: (text, stroke, map) => releasing([text, stroke], () => clips.push(text.getBounds(stroke, map))),
  clipImageMask: (image, map) => releasing([image], () => clips.push(boundsOf(map))),
  endMask: () => clips.endMask(),
  popClip: () => clips.pop(),
});

/** One line down, as between the cells of a table. */
const isRule = ([left, , right]: Box, segments: number) => segments === 1 && right - left <= ruleWidth;

function isOfLetterSize([left, top, right, bottom]: Box): boolean {
  const height = bottom - top;
  return height >= letterHeight.smallest && height <= letterHeight.largest && right - left <= 2 * height;
}
