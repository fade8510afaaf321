import type { OpenDocument, PageFacts } from "../../pdf/document.ts";
import { largestWholePagePt } from "../../pdf/tiles/tile-scale.ts";
import type { EnginePage } from "./admission.ts";
import type { DrawnPicture } from "./engine-pipeline.ts";
import type { Orient } from "./page-engine.ts";

/** The longer side of a page's picture, in pixels: what the model was trained on (A4 is about 154 dpi). */
export const longestSidePx = 1800;

/** Share of a page that pictures cover when it is a scan. */
const scannedCoverage = 0.5;

/** What pages are drawn with for an engine. */
export interface Drawing {
  document: OpenDocument;
  /** Finds how scanned pages lie; undefined where they are drawn as they lie. */
  orient: Orient | undefined;
  signal: AbortSignal;
}

/** A page for an engine, by what is known of it. */
export const enginePageOf = ({ page, imageCoverage, widthPt, heightPt }: PageFacts): EnginePage => ({
  page,
  scanned: imageCoverage >= scannedCoverage,
  longestPt: Math.max(widthPt, heightPt),
});

/** Whether it may be that one picture would show the page too small. */
export const mayNeedPieces = ({ longestPt }: EnginePage): boolean => longestPt > largestWholePagePt(longestSidePx);

/** A page in one picture, upright where its orientation is sure. */
export async function drawWholePage(
  { document, orient, signal }: Drawing,
  { page, scanned }: EnginePage,
): Promise<DrawnPicture> {
  const asItLies = await document.render(page, { longestSidePx, turnDegrees: 0 }, signal);
  const turnDegrees = scanned && orient !== undefined ? await orient(asItLies, signal) : 0;
  const picture = turnDegrees === 0 ? asItLies : await document.render(page, { longestSidePx, turnDegrees }, signal);
  return { picture, turnDegrees };
}
