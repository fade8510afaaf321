const invisibleMode = /\b[37]\s+Tr\b/;
/** A filled rectangle: what it lies on is covered, and what lies on it may have its colour. */
const filledRectangle = /(-?[\d.]+)\s+(-?[\d.]+)\s+re\s+(?:f|F|B|b)\b/g;
const filledShape = /[lch]\s+(?:f|F|B|b)\b/g;
const lightColour =
  /(?:^|\s)(?:(?:0?\.[6-9]\d*|1(?:\.0*)?)\s+g|(?:(?:0?\.[6-9]\d*|1(?:\.0*)?)\s+){3}rg|(?:0?(?:\.[0-3]\d*)?\s+){3}0?(?:\.[0-3]\d*)?\s+k|(?:[\d.]+\s+){1,4}scn?)\s/;
const strokes = /[lcvyh]\s+[SsfFBb]\b/g;
/** A size of text below a point, unless something enlarges it again. */
const tinyFont = /\/\S+\s+0?\.\d+\s+Tf\b/;
/** Lines and fills are thinner. In the units of the content, which may be scaled. */
const narrowest = 6;
/** Letters drawn as shapes are many; so are the curves that they have. */
const manyShapes = 60;
const curve = /\s[cvy]\s/g;
const manyCurves = 600;

/**
 * Whether the content of a page, its operators as Latin-1, says that something may hide text or draw letters without text:
 * invisible text, light colours, filled areas, text of no size, many shapes or curves. It knows neither the state nor the
 * place of anything, so it says yes for many sound pages, and no only where nothing of the kind is there.
 */
export function contentClues(content: string): boolean {
  if (invisibleMode.test(content) || tinyFont.test(content) || lightColour.test(content)) return true;
  for (const [, width, height] of content.matchAll(filledRectangle)) {
    if (Math.abs(Number(width)) > narrowest && Math.abs(Number(height)) > narrowest) return true;
  }
  return (
    (content.match(filledShape)?.length ?? 0) > 0 ||
    (content.match(strokes)?.length ?? 0) >= manyShapes ||
    (content.match(curve)?.length ?? 0) >= manyCurves
  );
}
