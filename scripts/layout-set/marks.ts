export type FontFamily = "sarabun" | "helvetica" | "times" | "courier";

/** What stands on a page, in points; y grows downwards from the top. Producers write it into files in the order given. */
export type Mark =
  | { type: "text"; x: number; baseline: number; size: number; family: FontFamily; bold: boolean; text: string }
  | { type: "line"; x1: number; y1: number; x2: number; y2: number; width: number }
  /** `grey` is 0 for black, 1 for white. */
  | { type: "rect"; x: number; y: number; width: number; height: number; grey: number }
  | { type: "link"; x: number; y: number; width: number; height: number; url: string }
  | {
      type: "field";
      x: number;
      y: number;
      width: number;
      height: number;
      name: string;
      value: string;
      family: FontFamily;
    }
  | { type: "check"; x: number; y: number; size: number; name: string; checked: boolean };

export interface PlacedPage {
  marks: Mark[];
  /** Blocks of Markdown. */
  truth: string[];
  /** Labels with their values, as they should stand in the text. */
  fields: string[];
}

export interface PlacedDocument {
  name: string;
  pages: PlacedPage[];
  /** The columns of a page are longer than it: such a document is of no use. */
  overflows: boolean;
}

/** A4 in points. */
export const pageWidthPt = 595;
export const pageHeightPt = 842;
