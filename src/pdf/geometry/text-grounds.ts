import { type Box, intersection } from "./coverage.ts";

/** Red, green, blue, 0 to 1 each. */
export type Rgb = readonly [number, number, number];

export interface TextGrounds {
  /** What is painted under or over text; a ground without a known colour is a picture or the like. */
  addGround(box: Box, colour: Rgb | undefined): void;
  addText(box: Box, colour: Rgb | undefined, text: PaintedText): void;
  /**
   * Glyphs that may be the colour of their ground, too small, or painted over; an estimate that is rather too large.
   *
   * @param standsOut whether text of a colour differs from all that lies below it, where that has no colour known here
   */
  doubtfulGlyphs(standsOut?: (box: Box, colour: Rgb) => boolean): number;
}

interface PaintedText {
  glyphs: number;
  /** Points, of the size that its smallest letter is set in. */
  smallest: number;
  /** Mixed with what lies below it. */
  isBlended: boolean;
}

interface Run extends PaintedText {
  box: Box;
  colour: Rgb | undefined;
  /** Share of the run that may not be seen whatever a picture below it shows; may be more than 1. */
  doubt: number;
  /** Share of it that lies on pictures. */
  onPictures: number;
}

const white: Rgb = [1, 1, 1];
/** Channels that lie no further apart may be taken for one colour; whether they are is seen in the picture of the page. */
const sameColour = 0.25;
/** Points, with the one around it that the engine adds. Smaller runs cannot be read by anybody. */
const thinnest = 3;
/** The same of the size that letters are set in. */
const smallestSize = 0.8;
/** Points. Rules are narrower, and cover no text. */
const narrowestGround = 3;
/** A page of text has some hundreds of either; what comes later is not compared any more. */
const maxGrounds = 1000;
const maxRuns = 5000;

/** Which text of a page may be invisible, told from boxes and colours alone, in the order in which things are painted. */
export function createTextGrounds(page: Box): TextGrounds {
  const grounds: Array<{ box: Box; colour: Rgb | undefined }> = [{ box: page, colour: white }];
  const runs: Run[] = [];
  return {
    addGround(box, colour) {
      const shown = intersection(box, page);
      if (shown === undefined || shown[2] - shown[0] < narrowestGround || shown[3] - shown[1] < narrowestGround) return;
      if (grounds.length >= maxGrounds) return;
      for (const run of runs) run.doubt += sharedPart(run.box, shown);
      grounds.push({ box: shown, colour });
    },
    addText(box, colour, text) {
      if (runs.length >= maxRuns) return;
      const thin = box[2] - box[0] < thinnest || box[3] - box[1] < thinnest;
      const isTiny = thin || text.smallest < smallestSize;
      runs.push({ box, colour, ...text, ...(isTiny ? { doubt: 1, onPictures: 0 } : doubtBefore(box, colour)) });
    },
    doubtfulGlyphs(standsOut = () => false) {
      const shareOf = ({ box, colour, isBlended, doubt, onPictures }: Run) => {
        const isAsked = doubt < 1 && onPictures > 0 && !isBlended;
        const isClear = isAsked && colour !== undefined && standsOut(box, colour);
        return Math.min(1, isClear ? doubt : doubt + onPictures);
      };
      return Math.round(runs.reduce((sum, run) => sum + shareOf(run) * run.glyphs, 0));
    },
  };

  function doubtBefore(box: Box, colour: Rgb | undefined): { doubt: number; onPictures: number } {
    let [doubt, onPictures] = [0, 0];
    for (const ground of grounds.toReversed()) {
      const part = sharedPart(box, ground.box);
      if (part === 0) continue;
      if (colour === undefined || (ground.colour !== undefined && isSame(ground.colour, colour))) doubt += part;
      else if (ground.colour === undefined) onPictures += part;
      // What lies below is covered here.
      if (part > 0.98) break;
    }
    return { doubt, onPictures };
  }
}

const isSame = (one: Rgb, other: Rgb) => one.every((part, index) => Math.abs(part - (other[index] ?? 0)) < sameColour);

/** Share of the first box that the second covers. */
function sharedPart(box: Box, other: Box): number {
  const both = intersection(box, other);
  return both === undefined ? 0 : areaOf(both) / areaOf(box);
}

const areaOf = ([left, top, right, bottom]: Box) => Math.max(1e-6, (right - left) * (bottom - top));
