import { SidecarError } from "../errors.ts";
import type { RenderedPage } from "../pdf/document.ts";
import { type Drawing, drawWholePage, enginePageOf, longestSidePx, mayNeedPieces } from "./engines/draw-page.ts";
import { planPieces } from "./tiles/plan-pieces.ts";

export interface PagePicture {
  picture: RenderedPage;
  /** How far the page was turned for it, clockwise: 0, 90, 180 or 270. */
  turnDegrees: number;
  /** Pieces that the page is read in; undefined where one picture shows it. */
  tiles: number | undefined;
}

/**
 * What an engine gets to see of a page: its picture, or one of its pieces. Without `tile` a page that is read in pieces is
 * shown as a whole, smaller than the engine sees it. Page and tile count from 1.
 *
 * @throws SidecarError `invalid_request` for a page or tile that is not there, and what a page cannot be drawn for
 */
export async function drawPagePicture(
  drawing: Drawing,
  { page, tile }: { page: number; tile: number | undefined },
  maxTiles: number,
): Promise<PagePicture> {
  const { document, signal } = drawing;
  const { pageCount } = document;
  if (page > pageCount) throw outOfRange("page", `page is ${page}, but the document has ${pageCount}`);
  const [facts] = await document.readPages([page], signal);
  if (facts === undefined) throw new Error(`page ${page} was not looked into`);
  const wanted = enginePageOf(facts);
  const { plan, turnDegrees } = mayNeedPieces(wanted)
    ? await planPieces(drawing, wanted, maxTiles)
    : { plan: undefined, turnDegrees: 0 };
  if (plan === undefined) {
    if (tile !== undefined) throw outOfRange("tile", `page ${page} is read in one picture; leave tile out`);
    return { ...(await drawWholePage(drawing, wanted)), tiles: undefined };
  }
  const tiles = plan.tiles.length;
  if (tile === undefined) {
    return { picture: await document.render(page, { longestSidePx, turnDegrees }, signal), turnDegrees, tiles };
  }
  const piece = plan.tiles[tile - 1];
  if (piece === undefined) throw outOfRange("tile", `tile is ${tile}, but page ${page} is read in ${tiles} pieces`);
  return { picture: await document.renderTile(page, { plan, tile: piece, turnDegrees }, signal), turnDegrees, tiles };
}

const outOfRange = (path: "page" | "tile", message: string) =>
  new SidecarError("invalid_request", `${message}.`, { issues: [{ path, message }] });
