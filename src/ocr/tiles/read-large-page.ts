import type { TilePlan } from "../../pdf/tiles/plan-tiles.ts";
import type { Admission, EnginePage, TileProgress } from "../engines/admission.ts";
import type { OrientedReading } from "../engines/engine-pipeline.ts";
import { type PictureWork, readWholePage } from "../engines/read-picture.ts";
import { readTiles, type TiledReading } from "./read-tiles.ts";

export type LargePageWork = PictureWork & { onTile: ((progress: TileProgress) => void) | undefined };

interface PlannedPage {
  plan: TilePlan | undefined;
  turnDegrees: number;
}

/**
 * Has a page read that may need pieces. How many is found out shortly before its turn comes; they then stand in the queue
 * where it stood.
 */
export function readLargePage(
  admission: Admission,
  work: LargePageWork,
  wanted: EnginePage,
  longestSidePx: number,
): Promise<TiledReading | OrientedReading> {
  let planned: PlannedPage | undefined;
  let planning: Promise<void> | undefined;
  const plan = async () => {
    planned = await planPieces(admission, work, wanted, longestSidePx);
  };
  const read = ({ plan, turnDegrees }: PlannedPage): Promise<TiledReading | OrientedReading> =>
    plan === undefined
      ? readWholePage(admission, work, wanted, longestSidePx, "next")
      : readTiles(admission, work, wanted.page, plan, turnDegrees);
  return admission.queued.add(
    {
      prepare: () => {
        planning ??= plan();
        return planning;
      },
      join: () => (planned === undefined ? undefined : read(planned)),
      start: () => {
        throw new Error("a large page was started before it was planned");
      },
    },
    work.signal,
  );
}

/** The plan of a page, upright: how it lies is seen in the piece that holds most, where the letters are large enough. */
async function planPieces(
  { pipeline: { orient, maxTiles } }: Admission,
  { document, signal }: LargePageWork,
  { page, scanned }: EnginePage,
  longestSidePx: number,
): Promise<PlannedPage> {
  const options = { longestSidePx, maxTiles };
  const plan = await document.planTiles(page, { ...options, turnDegrees: 0 }, signal);
  const fullest = plan?.tiles.toSorted((a, b) => b.drawnCells - a.drawnCells)[0];
  if (plan === undefined || fullest === undefined || !scanned || orient === undefined) return { plan, turnDegrees: 0 };
  const piece = await document.renderTile(page, { plan, tile: fullest, turnDegrees: 0 }, signal);
  const turnDegrees = await orient(piece, signal);
  if (turnDegrees === 0) return { plan, turnDegrees };
  return { plan: await document.planTiles(page, { ...options, turnDegrees }, signal), turnDegrees };
}
