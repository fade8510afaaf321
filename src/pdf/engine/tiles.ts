import * as mupdf from "mupdf";
import type { RenderedPage } from "../document.ts";
import { type AffineMap, boundsOf } from "../geometry/coverage.ts";
import { fitPage } from "../geometry/fit-page.ts";
import { drawnCells } from "../tiles/drawn-cells.ts";
import type { GreyPicture } from "../tiles/grey-picture.ts";
import { hideOutside } from "../tiles/hide-outside.ts";
import { lineHeight } from "../tiles/line-height.ts";
import { planGrid, type TilePlan } from "../tiles/plan-tiles.ts";
import { printedSquares } from "../tiles/printed-squares.ts";
import type { Tile } from "../tiles/tile.ts";
import { decideTileScale, type PageMake } from "../tiles/tile-scale.ts";
import { finishPicture } from "./finish-picture.ts";
import { isWhite, releasing, walkList } from "./objects.ts";
import type { OpenedDocument } from "./open-document.ts";
import { drawList, type RenderJob, withPage } from "./render.ts";

export interface PlanTilesJob extends RenderJob {
  maxTiles: number;
}

/** Pixels of a piece for each cell of the overview. */
const cellPx = 3;
/** Cells of an overview: an A0 sheet at 43 dpi has 2.9 million. */
const maxCells = 5_000_000;
/** A larger picture is measured smaller than it is: it is decoded once for that. */
const maxMeasuredPixels = 16_000_000;

/**
 * How a page is to be read in pieces; undefined where it is seen well enough in one picture. Takes 0.2 to 0.5 s.
 *
 * @throws EngineFault as `renderPage`
 */
export function planTiles(opened: OpenedDocument, job: PlanTilesJob): TilePlan | undefined {
  return withPage(opened, job, ({ list, box }) => {
    const make = makeOf(list, box, opened.document.isPDF());
    const longestPt = Math.max(make.widthPt, make.heightPt);
    const fitted = (longestSidePx: number) =>
      fitPage(box, { longestSidePx, turnDegrees: job.turnDegrees, nativeLongestSidePx: undefined });
    const linePx = () => {
      const ownPx = longestPt * make.picturePxPerPt;
      const ownPixels = ownPx * Math.min(make.widthPt, make.heightPt) * make.picturePxPerPt;
      const measured = fitted(Math.round(ownPx * Math.min(1, Math.sqrt(maxMeasuredPixels / ownPixels))));
      const picture = drawGrey(list, measured.map, [0, 0, measured.widthPx, measured.heightPx]);
      const height = lineHeight(printedSquares(picture));
      return height === undefined ? undefined : (height * ownPx) / Math.max(measured.widthPx, measured.heightPx);
    };
    const scale = decideTileScale(make, job.longestSidePx, linePx);
    if (scale.kind === "whole") return undefined;
    const pageLongestPx = Math.round(longestPt * scale.pxPerPt);
    const shorterShare = Math.min(make.widthPt, make.heightPt) / longestPt;
    const overview = fitted(Math.floor(Math.min(pageLongestPx / cellPx, Math.sqrt(maxCells / shorterShare))));
    const cells = drawnCells(drawGrey(list, overview.map, [0, 0, overview.widthPx, overview.heightPx]));
    const grid = planGrid(cells, { pieceLongestPx: job.longestSidePx, pageLongestPx, maxTiles: job.maxTiles });
    return { ...grid, cellsWide: cells.width, cellsHigh: cells.height, reason: scale.reason };
  });
}

export interface RenderTileJob extends RenderJob {
  tile: Tile;
  cellsWide: number;
  cellsHigh: number;
}

/**
 * One piece of a page as RGB PNG. `longestSidePx` is that of the whole page; what belongs to the neighbours has the
 * colour of the ground.
 *
 * @throws EngineFault as `renderPage`
 */
export function renderTile(opened: OpenedDocument, job: RenderTileJob): RenderedPage {
  return withPage(opened, job, ({ list, box, warnings }) => {
    const { tile } = job;
    const fit = fitPage(box, { ...job, nativeLongestSidePx: undefined });
    const [cellWidth, cellHeight] = [fit.widthPx / job.cellsWide, fit.heightPx / job.cellsHigh];
    const left = Math.floor(tile.left * cellWidth);
    const top = Math.floor(tile.top * cellHeight);
    const right = Math.min(fit.widthPx, Math.ceil((tile.left + tile.width) * cellWidth));
    const bottom = Math.min(fit.heightPx, Math.ceil((tile.top + tile.height) * cellHeight));
    const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [left, top, right, bottom], false);
    try {
      pixmap.clear(255);
      drawList(list, fit.map, pixmap);
      const [widthPx, heightPx] = [right - left, bottom - top];
      const picture = { pixels: pixmap.getPixels(), widthPx, heightPx, strideBytes: pixmap.getStride() };
      hideOutside(picture, { left, top, cellWidth, cellHeight }, tile);
      return { ...finishPicture(pixmap), warnings: warnings() };
    } finally {
      pixmap.destroy();
    }
  });
}

function drawGrey(list: mupdf.DisplayList, map: mupdf.Matrix, bounds: mupdf.Rect): GreyPicture {
  const [left, top, right, bottom] = [
    Math.floor(bounds[0]),
    Math.floor(bounds[1]),
    Math.ceil(bounds[2]),
    Math.ceil(bounds[3]),
  ];
  const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceGray, [left, top, right, bottom], false);
  try {
    pixmap.clear(255);
    drawList(list, map, pixmap);
    const [width, height, stride] = [right - left, bottom - top, pixmap.getStride()];
    const pixels = pixmap.getPixels();
    const data = new Uint8Array(width * height);
    for (let y = 0; y < height; y += 1) data.set(pixels.subarray(y * stride, y * stride + width), y * width);
    return { width, height, data };
  } finally {
    pixmap.destroy();
  }
}

/** What is visible on a page, as far as it decides how large it must be seen. */
function makeOf(list: mupdf.DisplayList, box: mupdf.Rect, isPdf: boolean): PageMake {
  const make: PageMake = {
    widthPt: box[2] - box[0],
    heightPt: box[3] - box[1],
    isPdf,
    picturesOnly: true,
    picturePxPerPt: 0,
  };
  const measure = (image: mupdf.Image, map: AffineMap) => {
    const [left, top, right, bottom] = boundsOf(map);
    const across = Math.max(image.getWidth(), image.getHeight()) / Math.max(1, right - left, bottom - top);
    make.picturePxPerPt = Math.max(make.picturePxPerPt, across);
  };
  const other = () => {
    make.picturesOnly = false;
  };
  walkList(list, {
    fillImage: (image, map) => releasing([image], () => measure(image, map)),
    fillImageMask: (image, map, space) => releasing([image, space], () => measure(image, map)),
    fillText: (text, _map, space) => releasing([text, space], other),
    strokeText: (text, stroke, _map, space) => releasing([text, stroke, space], other),
    // Programs paint the sheet white before they put a scan on it.
    fillPath: (path, _evenOdd, _map, space, colour) =>
      releasing([path, space], () => {
        if (!isWhite(space, colour)) other();
      }),
    strokePath: (path, stroke, _map, space) => releasing([path, stroke, space], other),
    fillShade: (shade) => releasing([shade], other),
  });
  return make;
}
