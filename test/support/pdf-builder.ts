import * as mupdf from "mupdf";
import { drawPicture, type PictureOptions } from "./picture-builder.ts";

/** A page of a test document. A4 upright unless `widthPt` and `heightPt` say otherwise. */
export type TestPage = TestPageContent & {
  widthPt?: number;
  heightPt?: number;
  /** Clockwise rotation that the page asks for; default 0. */
  rotation?: mupdf.Rotate;
};

type TestPageContent =
  /** A typed page with a text layer; `lines` are Latin text. */
  | { kind: "text"; lines: readonly string[] }
  /** One picture of page size that shows the lines; `hiddenText` is a scanner's invisible text layer over it. */
  | { kind: "scan"; lines: readonly string[]; hiddenText?: readonly string[] }
  /** Nothing at all, or only a white sheet as blank exports paint it. */
  | { kind: "blank"; whiteSheet?: boolean }
  /** A little text, a logo that covers 2 % of the page, and a signature of a few dozen curves. */
  | { kind: "signature"; lines: readonly string[] }
  /** A drawing of so many line segments. */
  | { kind: "drawing"; segments: number; lines?: readonly string[] }
  /** Content stream operators as they are; `/F1` is Helvetica, `/Gradient` a shading, `/Faint` a state almost
   * without opacity, `/Picture` shows `lines`. */
  | { kind: "raw"; content: string; lines?: readonly string[] };

export interface PdfOptions {
  /** Encrypts with AES-256. An empty user password can be opened by everybody. */
  encryption?: { userPassword: string; ownerPassword: string };
  /** JavaScript that a reader would run when it opens the document. */
  openAction?: string;
}

const a4 = { widthPt: 595, heightPt: 842 };

const gradient = {
  ShadingType: 2,
  ColorSpace: "DeviceGray",
  Coords: [0, 0, 595, 842],
  Function: { FunctionType: 2, Domain: [0, 1], C0: [0], C1: [0.5], N: 1 },
};

/** Builds a PDF; the same pages always give the same bytes, encrypted ones excepted. */
export function buildPdf(
  pages: readonly TestPage[],
  { encryption, openAction }: PdfOptions = {},
): Uint8Array<ArrayBuffer> {
  const document = new mupdf.PDFDocument();
  const font = document.addSimpleFont(new mupdf.Font("Helvetica"), "Latin");
  for (const page of pages) {
    const { widthPt, heightPt } = { ...a4, ...page };
    const resources = document.addObject({
      Font: { F1: font },
      Shading: { Gradient: gradient },
      ...(page.kind === "raw" ? { ExtGState: { Faint: { ca: 0.01 } } } : {}),
    });
    const picture = pictureOf(page, widthPt, heightPt);
    if (picture) {
      resources.put("XObject", document.newDictionary());
      resources.get("XObject").put("Picture", document.addImage(new mupdf.Image(picture)));
      picture.destroy();
    }
    const content = contentOf(page, widthPt, heightPt);
    document.insertPage(-1, document.addPage([0, 0, widthPt, heightPt], page.rotation ?? 0, resources, content));
  }
  if (openAction !== undefined) {
    document
      .getTrailer()
      .get("Root")
      .put("OpenAction", { S: "JavaScript", JS: document.newString(openAction) });
  }
  const saved = document.saveToBuffer(
    encryption
      ? `encrypt=aes-256,user-password=${encryption.userPassword},owner-password=${encryption.ownerPassword}`
      : "compress",
  );
  const bytes = new Uint8Array(saved.asUint8Array());
  document.destroy();
  return bytes;
}

function pictureOf(page: TestPage, widthPt: number, heightPt: number): mupdf.Pixmap | undefined {
  const size = (share: number): PictureOptions => ({
    widthPx: Math.round(widthPt * share),
    heightPx: Math.round(heightPt * share),
  });
  switch (page.kind) {
    case "scan":
      return drawPicture(page.lines, size(1.5));
    case "signature":
      return drawPicture(["LOGO"], { widthPx: 120, heightPx: 80 });
    case "raw":
      return page.lines && drawPicture(page.lines, size(1));
    case "text":
    case "blank":
    case "drawing":
      return undefined;
  }
}

function contentOf(page: TestPage, widthPt: number, heightPt: number): string {
  switch (page.kind) {
    case "text":
      return textContent(page.lines, heightPt);
    case "scan":
      return `q ${widthPt} 0 0 ${heightPt} 0 0 cm /Picture Do Q\n${textContent(page.hiddenText ?? [], heightPt, 3)}`;
    case "blank":
      return page.whiteSheet ? `1 1 1 rg 0 0 ${widthPt} ${heightPt} re f` : "";
    case "signature":
      return `${textContent(page.lines, heightPt)}q 120 0 0 80 425 ${heightPt - 120} cm /Picture Do Q\n${signature(36)}`;
    case "drawing":
      return `${textContent(page.lines ?? [], heightPt)}${drawing(page.segments, widthPt, heightPt)}`;
    case "raw":
      return page.content;
  }
}

/** @param renderMode 0 is filled, 3 invisible */
function textContent(lines: readonly string[], heightPt: number, renderMode = 0): string {
  if (lines.length === 0) return "";
  const shown = lines.map((line) => `(${line.replace(/[\\()]/g, "\\$&")}) Tj T*`);
  return `BT ${renderMode} Tr /F1 10 Tf 13 TL 50 ${heightPt - 50} Td\n${shown.join("\n")}\nET\n`;
}

/** Loops of all sizes that lean on each other, as a hand draws them. */
function signature(curves: number): string {
  const point = (step: number) => {
    const x = 300 + 4.6 * step + 14 * Math.sin(1.7 * step);
    const y = 100 + 24 * Math.sin(1.1 * step) * Math.cos(0.23 * step) - 6 * Math.sin(2.9 * step);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  const strokes = Array.from(
    { length: curves },
    (_, index) => `${point(index)} m ${point(index + 0.4)} ${point(index + 0.6)} ${point(index + 1)} c S`,
  );
  return `0 0 0.6 RG 1 w ${strokes.join("\n")}\n`;
}

function drawing(segments: number, widthPt: number, heightPt: number): string {
  const lines = Array.from({ length: segments }, (_, index) => {
    const x = 20 + ((index * 37) % (widthPt - 40));
    const y = 20 + ((index * 61) % (heightPt - 200));
    return `${x} ${y} m ${x + 15} ${y + (index % 15)} l S`;
  });
  return `0 0 0 RG 0.5 w ${lines.join("\n")}\n`;
}
