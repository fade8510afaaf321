import type { SidecarError } from "../../errors.ts";
import type { TilePlan } from "../../pdf/tiles/plan-tiles.ts";
import type { Admission } from "../engines/admission.ts";
import type { OrientedReading } from "../engines/engine-pipeline.ts";
import { tagNames } from "../engines/prompt.ts";
import { readPicture } from "../engines/read-picture.ts";
import { failedTile, isPageFault, missingTile } from "../page-faults.ts";
import { joinTiles } from "./join-tiles.ts";
import type { LargePageWork } from "./read-large-page.ts";
import { withoutRepeatedTags } from "./repeated-tags.ts";
import { neighbouringTables, tileWarnings } from "./tile-warnings.ts";

export interface TiledReading extends OrientedReading {
  /** Pieces that the page was read in. */
  tiles: number;
}

/**
 * Has the pieces of a page read, each in its own turn, and joins them. When one fails the others stop, and the page has
 * failed; finished ones are kept for a retry. Where the others are to be kept, it is missing, and that is said; the page
 * has failed when all are.
 */
export async function readTiles(
  admission: Admission,
  work: LargePageWork,
  page: number,
  plan: TilePlan,
  turnDegrees: number,
): Promise<TiledReading> {
  const { tiles } = plan;
  const stop = new AbortController();
  const signal = AbortSignal.any([work.signal, stop.signal]);
  let done = 0;
  const failures = new Map<number, SidecarError>();
  const finish = (index: number) => {
    done += 1;
    work.onTile?.({ page, tile: index + 1, done, tiles: tiles.length });
  };
  const abandon = (reason: unknown) => {
    stop.abort(reason);
    return reason;
  };
  const readOne = async (index: number): Promise<OrientedReading> => {
    const tile = tiles[index];
    if (tile === undefined) throw new Error(`there is no piece ${index}`);
    let attempts = 0;
    const onAttempt = () => {
      attempts += 1;
      work.onAttempt();
    };
    try {
      const reading = await readPicture(
        admission,
        { ...work, signal, onAttempt },
        {
          of: { page, tile: index + 1 },
          draw: async () => ({
            picture: await work.document.renderTile(page, { plan, tile, turnDegrees }, signal),
            turnDegrees,
          }),
          instructions: { withoutTags: index > 0 && index < tiles.length - 1 },
          place: "next",
        },
      );
      finish(index);
      return reading;
    } catch (error) {
      if (!isPageFault(error) || signal.aborted) throw abandon(error);
      const failure = failedTile(index + 1, tiles.length, error);
      if (!work.keepsOtherPieces) throw abandon(failure);
      failures.set(index, failure);
      finish(index);
      return { text: "", attempts, truncated: false, warnings: [missingTile(error)], readEmpty: true, turnDegrees };
    }
  };
  // Each is put before those that are there, so the last one first.
  const reading = [...tiles.keys()].reverse().map(readOne).reverse();
  const readings = await Promise.all(reading).catch((error: unknown) => {
    throw stop.signal.aborted ? stop.signal.reason : error;
  });
  if (tiles.length > 0 && failures.size === tiles.length) throw failures.get(0);
  const { maxTiles } = admission.pipeline;
  return {
    ...joined(readings, { ...plan, maxTiles }, tagNames(work.request.dmsTags)),
    turnDegrees,
    tiles: tiles.length,
  };
}

function joined(
  readings: readonly OrientedReading[],
  plan: TilePlan & { maxTiles: number },
  tags: readonly string[],
): Omit<OrientedReading, "turnDegrees"> {
  const texts = withoutRepeatedTags(
    readings.map(({ text }) => text),
    tags,
  );
  const warnings = tileWarnings(readings.map((reading) => reading.warnings));
  if (readings.length === 0) warnings.push("nothing but straight lines is drawn on the page; it was not read");
  if (plan.resolutionShare < 1) {
    const share = Math.round(100 * plan.resolutionShare);
    warnings.push(
      `the page is too large for ${plan.maxTiles} pieces of full resolution; it was read at ${share} % of it`,
    );
  }
  const { text, warnings: doubts } = joinTiles(texts, plan.crossings);
  warnings.push(...neighbouringTables(texts, plan.tiles), ...doubts);
  const notes = tileWarnings(readings.map((reading) => reading.notes ?? []));
  return {
    text,
    attempts: readings.reduce((sum, { attempts }) => sum + attempts, 0),
    truncated: readings.some(({ truncated }) => truncated),
    warnings,
    ...(notes.length === 0 ? {} : { notes }),
    readEmpty: readings.some(({ readEmpty }) => readEmpty),
  };
}
