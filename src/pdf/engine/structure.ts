import type * as mupdf from "mupdf";
import type { Box } from "../markdown/box.ts";
import type { DrawnShape, PageStructure, TextLine } from "../markdown/page-structure.ts";
import { createRulesBeside, mayHoldTable } from "../markdown/table-hints.ts";
import { cutLines } from "./cut-lines.ts";
import { linksOf, placedCheckBoxes } from "./page-extras.ts";
import { withStruckRuns } from "./struck-runs.ts";
import { runLines } from "./text-runs.ts";

/** Shapes looked at. A page of ruled tables has some hundreds; what has more is a drawing, and its tables are not sought. */
const maxShapes = 5000;

/** What Markdown is made of; undefined where the engine's own accounts of a page differ. Needs text made with `vectors`. */
export function structureOf(structured: mupdf.StructuredText, page: mupdf.PDFPage): PageStructure | undefined {
  const shapes: DrawnShape[] = [];
  const places: Omit<TextLine, "runs" | "baseline">[] = [];
  let block = 0;
  structured.walk({
    beginTextBlock() {
      block += 1;
    },
    beginLine(box, _mode, direction) {
      places.push({ box, direction, block });
    },
    onVector(box, flags) {
      if (shapes.length > maxShapes) return;
      shapes.push({ box, stroked: flags.isStroked, rectangular: flags.isRectangle || isHairline(box) });
    },
  });
  const told = runLines(structured.asHTML(1));
  if (told.length !== places.length) return undefined;
  const lines = places.map((place, at) => ({ ...place, ...(told[at] ?? { runs: [], baseline: place.box[3] }) }));
  const drawn = shapes.length > maxShapes ? [] : shapes;
  const [left, top, right, bottom] = page.getBounds();
  return {
    widthPt: right - left,
    heightPt: bottom - top,
    lines: withCells(structured, withStruckRuns(structured, lines, drawn), drawn),
    shapes: drawn,
    links: linksOf(page),
    checkBoxes: placedCheckBoxes(page),
  };
}

/** Points. The bevelled edges of a cell, as browsers draw them, are no rectangles. */
const hairline = { maxWidth: 1.5, minLength: 8 };

function isHairline([left, top, right, bottom]: Box): boolean {
  const sides = [right - left, bottom - top];
  return Math.min(...sides) <= hairline.maxWidth && Math.max(...sides) >= hairline.minLength;
}

/** Lines in which cells of a table run together are parted. */
function withCells(
  structured: mupdf.StructuredText,
  lines: readonly TextLine[],
  shapes: readonly DrawnShape[],
): readonly TextLine[] {
  const rulesBeside = createRulesBeside(shapes);
  const cuts = mayHoldTable(lines, shapes) || lines.some((line) => rulesBeside(line).length > 0);
  return cuts ? cutLines(structured, lines, rulesBeside) : lines;
}
