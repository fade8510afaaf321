import * as mupdf from "mupdf";
import { pictureTooLarge, tooManyObjects } from "../document-faults.ts";
import { judgePicture } from "../pictures/picture-size.ts";
import { codedSizes, entryOf, globalsSizes, isJpx, namedOf, unusual } from "./coded-picture.ts";
import { EngineFault } from "./fault.ts";
import { releasing } from "./objects.ts";

/** Forms, patterns, pictures and the like that one page may name. Each costs some microseconds. */
const maxObjects = 50_000;
/** Pictures of glyphs are not seen where those of a page are measured, and globals are decoded when a page is read. */
type Place = "page" | "glyph" | "globals";

interface Found {
  object: mupdf.PDFObject;
  place: Place;
}

/** Sizes, by `sizeName`. */
export type WholePictures = Set<string>;

export const sizeName = ({ widthPx, heightPx }: { widthPx: number; heightPx: number }) => `${widthPx} × ${heightPx}`;

interface Limits {
  /** 1-based. */
  page: number;
  maxPagePixels: number;
}

/**
 * Looks at the JBIG2 and JPEG 2000 pictures that a page can draw, before the engine decodes one: a dictionary may claim
 * little where the data claim a thousand times as much. A picture that admits to be too large is refused only where it is
 * drawn, because pages share what they name; in glyphs it is refused here. A picture whose data say nothing is left to the
 * engine, which finds nothing in them either.
 *
 * @param onFont is shown every font that the page may use, some more than once
 * @returns the sizes of the pictures among them that the engine decodes whole
 * @throws EngineFault `page_too_large`; `document_too_complex` where a page names too much, or where a picture is coded or
 *   packed as no writer does it
 */
export function checkPictures(
  loaded: mupdf.Page,
  limits: Limits,
  onFont: (font: mupdf.PDFObject) => void = () => undefined,
): WholePictures {
  const whole: WholePictures = new Set();
  if (!(loaded instanceof mupdf.PDFPage)) return whole;
  const seen = { page: new Set<number>(), glyph: new Set<number>(), globals: new Set<number>() };
  /** Some writers name one font anew for each line. */
  const fonts = new Set<number>();
  const waiting: Found[] = [];
  let objects = 0;
  let glyphsUsePage = false;

  function add(object: mupdf.PDFObject, place: Place): void {
    if (!object.isDictionary()) return;
    const number = object.asIndirect();
    if (number > 0 && seen[place].has(number)) return;
    seen[place].add(number);
    objects += 1;
    if (objects > maxObjects) throw new EngineFault("document_too_complex", tooManyObjects(limits.page, maxObjects));
    waiting.push({ object, place });
  }

  function addResources(resources: mupdf.PDFObject, place: Place): void {
    if (!resources.isDictionary()) return;
    for (const kind of ["XObject", "Pattern", "ExtGState"]) {
      resources.get(kind).forEach((entry) => {
        add(entry, place);
      });
    }
    resources.get("Font").forEach(addFont);
  }

  /** One form, or one for each state. */
  function addAppearance(annotation: mupdf.PDFObject): void {
    const normal = entryOf(annotation, "AP", "N");
    if (normal.isStream()) add(normal, "page");
    else {
      normal.forEach((state) => {
        add(state, "page");
      });
    }
  }

  function addFont(font: mupdf.PDFObject): void {
    const number = font.asIndirect();
    if ((number > 0 && fonts.has(number)) || !font.isDictionary()) return;
    fonts.add(number);
    onFont(font);
    // Only the glyphs of this kind are drawn like pages.
    if (entryOf(font, "Subtype").asName() === "Type3") add(font, "glyph");
  }

  function addGlyphs(glyphs: mupdf.PDFObject, font: mupdf.PDFObject): void {
    glyphs.forEach((glyph) => {
      add(glyph, "glyph");
    });
    if (!font.get("Resources").isNull() || glyphsUsePage) return;
    // They may draw with what the page names. It may name this font, which need not have a number.
    glyphsUsePage = true;
    addResources(pageResources, "glyph");
  }

  const pageResources = loaded.getObject().getInheritable("Resources");
  addResources(pageResources, "page");
  // Links are not among them, of which a page may have hundreds.
  const annotations = [...loaded.getAnnotations(), ...loaded.getWidgets()];
  releasing(annotations, () => {
    for (const annotation of annotations) addAppearance(annotation.getObject());
  });
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { object, place } = next;
    if (object.isStream()) {
      checkStream(next, limits, (globals) => add(globals, "globals"));
      if (isJpx(object, limits.page)) whole.add(sizeName(claimedSize(object)));
    }
    // Masks of pictures, and the group of a graphics state's mask.
    for (const key of ["SMask", "Mask", "G"]) add(object.get(key), place);
    addResources(object.get("Resources"), place);
    // A graphics state may set a font.
    addFont(object.get("Font", 0));
    const glyphs = object.get("CharProcs");
    if (place === "glyph" && !glyphs.isNull()) addGlyphs(glyphs, object);
  }
  return whole;
}

function checkStream(
  { object, place }: Found,
  { page, maxPagePixels }: Limits,
  addGlobals: (globals: mupdf.PDFObject) => void,
): void {
  const sizes = place === "globals" ? globalsSizes(object, page) : codedSizes(object, page, addGlobals);
  if (sizes.length === 0 && place !== "glyph") return;
  const { widthPx, heightPx } = claimedSize(object);
  if (place === "glyph") sizes.push({ widthPx, heightPx, components: 1, tiles: 1 });
  for (const size of sizes) {
    switch (judgePicture(size, place === "page" ? widthPx * heightPx : 0, maxPagePixels)) {
      case "fine":
        break;
      case "too-large":
        throw new EngineFault("page_too_large", pictureTooLarge(page, size.widthPx, size.heightPx, maxPagePixels));
      case "too-complex":
        throw unusual(page);
    }
  }
}

const claimedSize = (stream: mupdf.PDFObject) => ({
  widthPx: Math.floor(namedOf(stream, "Width", "W").asNumber()),
  heightPx: Math.floor(namedOf(stream, "Height", "H").asNumber()),
});
