import * as mupdf from "mupdf";
import type { Box } from "../geometry/coverage.ts";
import { greyLevels } from "../geometry/grey.ts";
import { countLetters, mayHoldLetters } from "../geometry/letters.ts";
import { blockPx } from "../geometry/picture-ink.ts";
import { createSeenCharacters, standsOut } from "../geometry/seen-characters.ts";
import type { PageMarks } from "./marks.ts";
import { releasing } from "./objects.ts";
import { areaOf, canvasOf } from "./page-canvas.ts";

/** What the picture of a page tells of its text layer. */
export interface CloserLook {
  /** Characters that nobody sees. */
  hiddenCharacters: number;
  /** Letters that are drawn and belong to no text, about; `undefined` where a picture is too large to be looked at. */
  unreadLetters: number | undefined;
}

/** Square points that a letter of small print takes, with the white around it. */
const letterAreaPt2 = 40;
/** Letters, or characters, and share of the characters below which no decision depends on them. */
const fewest = 20;
const smallestShare = 0.02;
/** Pixels of pictures that are kept for the pages that come: the logo of a letterhead stands on all of them. */
const mostKeptPixels = 2e6;
/** Hidden characters from which on something is said of them; of a short text half. */
const worthWarning = 10;
/** Pixels of the picture in which letters are counted: 1.5 for each point, within these bounds. */
const lettersPicture = { pixelsPerPoint: 1.5, fewestPixels: 1e6, mostPixels: 4e6 };
/** Of the small picture that tells whether it is worth while: half the size. */
const firstPicture = { pixelsPerPoint: 0.75, fewestPixels: 0.25e6, mostPixels: 1e6 };
/** Of the two pictures that are compared. A letter of 4 points still has 4 pixels. */
const comparedPicture = { pixelsPerPoint: 1, fewestPixels: 3e5, mostPixels: 2e6 };

interface LookOptions {
  /** Code points of the text layer that are not white space. */
  characters: number;
  /** Pixels that one picture on the page may have when decoded. */
  maxPagePixels: number;
  decoded: DecodedPictures;
}

/** Pixels of the pictures of a document that the engine keeps decoded, at most. */
export interface DecodedPictures {
  pixels: number;
}

/**
 * Draws the page where its marks give a reason: once small, to see whether that holds; then once to count the letters that
 * belong to no text, twice (with and without text) to find characters that make no difference. The small picture takes 3 to
 * 15 ms, the others 20 to 150, most of it for decoding pictures.
 */
export function lookCloser(
  list: mupdf.DisplayList,
  page: Box,
  marks: PageMarks,
  { characters, maxPagePixels, decoded }: LookOptions,
): CloserLook {
  const least = Math.max(fewest, smallestShare * characters);
  const pictureLetters = (marks.imageCoverage * areaOf(page)) / letterAreaPt2;
  const looksForLetters = characters > 0 && pictureLetters + marks.letterShapes >= Math.max(60, 0.1 * characters);
  const looksForHidden = characters > 0 && marks.doubtfulGlyphs() >= Math.min(least, characters);
  const nothing = { hiddenCharacters: marks.invisibleGlyphs, unreadLetters: 0 };
  if (marks.picturePixels > maxPagePixels) return { ...nothing, unreadLetters: undefined };
  if (!looksForLetters && !looksForHidden) return nothing;
  decoded.pixels += marks.allPicturePixels;
  try {
    const first = firstLook(list, page, marks);
    const mayHold = looksForLetters && first.mayHoldLetters;
    const mayHide = looksForHidden && first.doubtfulGlyphs >= Math.min(worthWarning, characters / 2);
    const unread = mayHold ? unreadLetters(list, page, marks.letterRegions) : 0;
    // So many say enough of the page.
    const hidden = mayHide && unread < characters ? hiddenCharacters(list, page) : marks.invisibleGlyphs;
    return { hiddenCharacters: hidden, unreadLetters: unread };
  } finally {
    // The WASM heap never shrinks.
    if (decoded.pixels > mostKeptPixels) {
      mupdf.emptyStore();
      decoded.pixels = 0;
    }
  }
}

function firstLook(
  list: mupdf.DisplayList,
  page: Box,
  marks: PageMarks,
): { mayHoldLetters: boolean; doubtfulGlyphs: number } {
  const canvas = canvasOf(page, firstPicture);
  const { widthPx, heightPx } = canvas;
  return canvas.drawForComparison(list, false, (levels, strideBytes) => {
    const picture = { levels, widthPx, heightPx, strideBytes };
    return {
      mayHoldLetters: mayHoldLetters({ ...picture, levels: greyLevels(picture), strideBytes: widthPx }),
      doubtfulGlyphs: marks.doubtfulGlyphs((box, colour) => standsOut(picture, canvas.toPixels(box), colour)),
    };
  });
}

/** Only where pictures and shapes stand is the page drawn. */
function unreadLetters(list: mupdf.DisplayList, page: Box, regions: readonly Box[]): number {
  const canvas = canvasOf(page, lettersPicture);
  const known: Box[] = [];
  withText(list, (structured) => {
    structured.walk({
      beginLine: (box, _mode, [across, down]) => {
        // The box of a line that runs aslant holds what stands around it.
        if (Math.abs(across) > 0.99 || Math.abs(down) > 0.99) known.push(canvas.toPixels(box));
      },
    });
  });
  const counts = regions.map((region) => {
    const area = blocksAround(canvas.toPixels(region), canvas);
    const [left, top, right, bottom] = area;
    const boxes = known.map(([x0, y0, x1, y1]): Box => [x0 - left, y0 - top, x1 - left, y1 - top]);
    const [widthPx, heightPx] = [right - left, bottom - top];
    return canvas.draw(list, area, (levels, strideBytes) =>
      countLetters(
        { levels: greyLevels({ levels, widthPx, heightPx, strideBytes }), widthPx, heightPx, strideBytes: widthPx },
        boxes,
      ),
    );
  });
  const sum = (direction: "across" | "down") => counts.reduce((total, count) => total + count[direction], 0);
  // A scan may lie on its side.
  return Math.max(sum("across"), sum("down"));
}

/** With a block around it, so that the levels at its edges are judged as in the picture of the whole page. */
const blocksAround = (
  [left, top, right, bottom]: Box,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): Box => [
  Math.max(0, Math.floor(left / blockPx) - 1) * blockPx,
  Math.max(0, Math.floor(top / blockPx) - 1) * blockPx,
  Math.min(widthPx, (Math.ceil(right / blockPx) + 1) * blockPx),
  Math.min(heightPx, (Math.ceil(bottom / blockPx) + 1) * blockPx),
];

function hiddenCharacters(list: mupdf.DisplayList, page: Box): number {
  const canvas = canvasOf(page, comparedPicture);
  return canvas.drawForComparison(list, true, (withTextPixels, strideBytes) => {
    // A view of memory that grows with the next picture.
    const shown = withTextPixels.slice();
    return canvas.drawForComparison(list, false, (without) => {
      const { widthPx, heightPx } = canvas;
      const seen = createSeenCharacters({ shown, without, widthPx, heightPx, strideBytes });
      withText(list, (structured) => {
        structured.walk({
          onChar: (character, _origin, font, _size, quad) => {
            font.destroy();
            if (character.trim() === "") return;
            const [xs, ys] = [quad.filter((_, index) => index % 2 === 0), quad.filter((_, index) => index % 2 === 1)];
            const box: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
            seen.add(canvas.toPixels(box), box[3] - box[1]);
          },
        });
      });
      return seen.hidden();
    });
  });
}

function withText(list: mupdf.DisplayList, use: (structured: mupdf.StructuredText) => void): void {
  const structured = list.toStructuredText("preserve-whitespace");
  releasing([structured], () => use(structured));
}
