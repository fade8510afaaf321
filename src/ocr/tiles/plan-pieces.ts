import type { TilePlan } from "../../pdf/tiles/plan-tiles.ts";
import type { EnginePage } from "../engines/admission.ts";
import { type Drawing, longestSidePx } from "../engines/draw-page.ts";

export interface PlannedPieces {
  /** Undefined where one picture shows the page well enough. */
  plan: TilePlan | undefined;
  turnDegrees: number;
}

/** The plan of a page, upright: how it lies is seen in the piece that holds most, where the letters are large enough. */
export async function planPieces(
  { document, orient, signal }: Drawing,
  { page, scanned }: EnginePage,
  maxTiles: number,
): Promise<PlannedPieces> {
  const options = { longestSidePx, maxTiles };
  const plan = await document.planTiles(page, { ...options, turnDegrees: 0 }, signal);
  const fullest = plan?.tiles.toSorted((a, b) => b.drawnCells - a.drawnCells)[0];
  if (plan === undefined || fullest === undefined || !scanned || orient === undefined) return { plan, turnDegrees: 0 };
  const piece = await document.renderTile(page, { plan, tile: fullest, turnDegrees: 0 }, signal);
  const turnDegrees = await orient(piece, signal);
  if (turnDegrees === 0) return { plan, turnDegrees };
  return { plan: await document.planTiles(page, { ...options, turnDegrees }, signal), turnDegrees };
}
