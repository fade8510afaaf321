import type { Admission, EnginePage, TileProgress } from "../engines/admission.ts";
import type { OrientedReading } from "../engines/engine-pipeline.ts";
import { type PictureWork, readWholePage } from "../engines/read-picture.ts";
import { type PlannedPieces, planPieces } from "./plan-pieces.ts";
import { readTiles, type TiledReading } from "./read-tiles.ts";

export type LargePageWork = PictureWork & {
  onTile: ((progress: TileProgress) => void) | undefined;
  /** Whether the page is answered without the pieces that cannot be read. */
  keepsOtherPieces: boolean;
};

/**
 * Has a page read that may need pieces. How many is found out shortly before its turn comes; they then stand in the queue
 * where it stood.
 */
export function readLargePage(
  admission: Admission,
  work: LargePageWork,
  wanted: EnginePage,
): Promise<TiledReading | OrientedReading> {
  let planned: PlannedPieces | undefined;
  let planning: Promise<void> | undefined;
  const plan = async () => {
    const { orient, maxTiles } = admission.pipeline;
    planned = await planPieces({ ...work, orient }, wanted, maxTiles);
  };
  const read = ({ plan, turnDegrees }: PlannedPieces): Promise<TiledReading | OrientedReading> =>
    plan === undefined
      ? readWholePage(admission, work, wanted, "next")
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
