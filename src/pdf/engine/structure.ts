import type * as mupdf from "mupdf";
import { z } from "zod";
import type { DrawnShape, PageLink, PageStructure, TextLine } from "../markdown/page-structure.ts";

/** Of the engine's JSON only what its walk does not tell: boxes come there with fractions and directions. */
const engineJson = z.object({
  blocks: z.array(
    z.object({
      lines: z
        .array(
          z.object({
            text: z.string(),
            font: z.object({
              name: z.string(),
              family: z.string(),
              weight: z.string(),
              style: z.string(),
              size: z.number(),
            }),
          }),
        )
        .optional(),
    }),
  ),
});

/** The JSON has whole numbers only; sizes are told in tenths of a point. */
const sizeScale = 10;

/** Shapes looked at. A page of ruled tables has some hundreds; what has more is a drawing. */
const maxShapes = 5000;

class TooManyShapes extends Error {}

/** What Markdown is made of, or why this page cannot be told so. The structured text must have been made with `vectors`. */
export function structureOf(
  structured: mupdf.StructuredText,
  page: mupdf.PDFPage,
): PageStructure | { fallBack: string } {
  const shapes = shapesOf(structured);
  if (shapes === undefined) return { fallBack: `more than ${maxShapes} shapes are drawn` };
  const lines = linesOf(structured);
  if (lines === undefined) return { fallBack: "the engine's structure of the page cannot be read" };
  const [left, top, right, bottom] = page.getBounds();
  return { widthPt: right - left, heightPt: bottom - top, lines, shapes, links: linksOf(page) };
}

function shapesOf(structured: mupdf.StructuredText): DrawnShape[] | undefined {
  const shapes: DrawnShape[] = [];
  try {
    structured.walk({
      onVector(box, flags) {
        if (shapes.length === maxShapes) throw new TooManyShapes();
        shapes.push({ box, stroked: flags.isStroked === true, rectangular: flags.isRectangle === true });
      },
    });
    return shapes;
  } catch (error) {
    if (error instanceof TooManyShapes) return undefined;
    throw error;
  }
}

function linesOf(structured: mupdf.StructuredText): TextLine[] | undefined {
  const told = readJson(structured);
  if (told === undefined) return undefined;
  const texts = told.blocks.flatMap(({ lines }, block) => (lines ?? []).map((line) => ({ ...line, block })));
  const lines: TextLine[] = [];
  let at = 0;
  structured.walk({
    beginLine(box, _mode, direction) {
      const line = texts[at];
      at += 1;
      if (line === undefined) return;
      const { font, text, block } = line;
      lines.push({
        text,
        box,
        direction,
        size: font.size / sizeScale,
        bold: font.weight === "bold",
        italic: font.style === "italic",
        monospaced: font.family === "monospace",
        block,
      });
    },
  });
  return at === texts.length ? lines : undefined;
}

/** The engine writes invalid JSON for some fonts and characters. */
function readJson(structured: mupdf.StructuredText): z.infer<typeof engineJson> | undefined {
  try {
    return engineJson.parse(JSON.parse(structured.asJSON(sizeScale)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

function linksOf(page: mupdf.PDFPage): PageLink[] {
  const links = page.getLinks();
  try {
    return links.filter((link) => link.isExternal()).map((link) => ({ box: link.getBounds(), url: link.getURI() }));
  } finally {
    for (const link of links) link.destroy();
  }
}
