import type * as mupdf from "mupdf";
import { type ClipStack, createClipStack } from "../geometry/clip-stack.ts";
import { type AffineMap, type Box, boundsOf, createCoverage, intersection } from "../geometry/coverage.ts";
import { type DeviceFunctions, hasGlyphs, isWhite, releasing, segmentsOf, walkList } from "./objects.ts";

/** What is visibly put on a page. */
export interface PageMarks {
  imageCoverage: number;
  pathSegments: number;
  drawn: boolean;
  visibleText: boolean;
  hiddenText: boolean;
}

/** Segments after which counting stops: enough for any decision, and the rest of a drawing then costs nothing. */
const countedSegments = 20_000;
/** An opaque picture over this share of the page hides the text drawn before it. */
const coveringShare = 0.9;

/**
 * Walks what a page draws. Things outside the page box or the current clip do not count, nor do fully transparent ones,
 * nor white ones while nothing else has been drawn (blank exports paint a white sheet first). Clips are followed by
 * their bounding boxes. A callback that can find nothing more is taken off: each call costs some microseconds.
 */
export function observeMarks(list: mupdf.DisplayList, page: Box): PageMarks {
  const marks: PageMarks = { imageCoverage: 0, pathSegments: 0, drawn: false, visibleText: false, hiddenText: false };
  const coverage = createCoverage(page);
  const clips = createClipStack(page);
  const shown = (bounds: Box, alpha: number, white: boolean) => (marks.drawn || !white) && clips.shows(bounds, alpha);

  const onPath = (path: mupdf.Path) => {
    marks.drawn = true;
    marks.pathSegments += segmentsOf(path);
    if (marks.pathSegments < countedSegments) return;
    delete callbacks.fillPath;
    delete callbacks.strokePath;
  };
  const onVisibleText = () => {
    marks.drawn = true;
    marks.visibleText = true;
    delete callbacks.fillText;
    delete callbacks.strokeText;
  };
  const onImage = (map: mupdf.Matrix, opaque: boolean) => {
    const area = clips.current();
    if (area === undefined) return;
    marks.drawn = true;
    coverage.addImage(map, area);
    if (!opaque || !marks.visibleText || !covers(map, area, page)) return;
    marks.visibleText = false;
    marks.hiddenText = true;
    Object.assign(callbacks, visibleText);
  };

  const visibleText: DeviceFunctions = {
    fillText: (text, map, space, colour, alpha) =>
      releasing([text, space], () => {
        if (shown(text.getBounds(null, map), alpha, isWhite(space, colour)) && hasGlyphs(text)) onVisibleText();
      }),
    strokeText: (text, stroke, map, space, colour, alpha) =>
      releasing([text, stroke, space], () => {
        if (shown(text.getBounds(stroke, map), alpha, isWhite(space, colour)) && hasGlyphs(text)) onVisibleText();
      }),
  };
  const callbacks: DeviceFunctions = {
    ...visibleText,
    ...clipFunctions(clips),
    ignoreText: (text, map) =>
      releasing([text], () => {
        if (!clips.shows(text.getBounds(null, map), 1) || !hasGlyphs(text)) return;
        marks.hiddenText = true;
        delete callbacks.ignoreText;
      }),
    fillPath: (path, _evenOdd, map, space, colour, alpha) =>
      releasing([path, space], () => {
        if (shown(path.getBounds(null, map), alpha, isWhite(space, colour))) onPath(path);
      }),
    strokePath: (path, stroke, map, space, colour, alpha) =>
      releasing([path, stroke, space], () => {
        if (shown(path.getBounds(stroke, map), alpha, isWhite(space, colour))) onPath(path);
      }),
    fillShade: (shade, _map, alpha) =>
      releasing([shade], () => {
        if (shown(page, alpha, false)) marks.drawn = true;
      }),
    fillImage: (image, map, alpha) =>
      releasing([image], () => {
        const mask = image.getMask();
        mask?.destroy();
        if (shown(boundsOf(map), alpha, false)) onImage(map, alpha === 1 && mask === null);
      }),
    fillImageMask: (image, map, space, colour, alpha) =>
      releasing([image, space], () => {
        if (shown(boundsOf(map), alpha, isWhite(space, colour))) onImage(map, false);
      }),
  };
  walkList(list, callbacks);
  return { ...marks, imageCoverage: coverage.share() };
}

const clipFunctions = (clips: ClipStack): DeviceFunctions => ({
  clipPath: (path, _evenOdd, map) => releasing([path], () => clips.push(path.getBounds(null, map))),
  clipStrokePath: (path, stroke, map) => releasing([path, stroke], () => clips.push(path.getBounds(stroke, map))),
  clipText: (text, map) => releasing([text], () => clips.push(text.getBounds(null, map))),
  clipStrokeText: (text, stroke, map) => releasing([text, stroke], () => clips.push(text.getBounds(stroke, map))),
  clipImageMask: (image, map) => releasing([image], () => clips.push(boundsOf(map))),
  beginMask: (_area, _luminosity, space) => releasing([space], () => clips.beginMask()),
  endMask: () => clips.endMask(),
  popClip: () => clips.pop(),
});

function covers(map: AffineMap, area: Box, page: Box): boolean {
  const covered = intersection(area, boundsOf(map));
  return covered !== undefined && areaOf(covered) >= coveringShare * areaOf(page);
}

const areaOf = ([left, top, right, bottom]: Box) => (right - left) * (bottom - top);
