import type { Box } from "./box.ts";

/** Letters of one font and size. */
export interface TextRun {
  text: string;
  /** Points. */
  size: number;
  bold: boolean;
  italic: boolean;
  monospaced: boolean;
  /** Stands higher than the first letter of its line, as powers do. */
  raised: boolean;
  /** A rule strikes it out. */
  struck: boolean;
  /** `#rrggbb` */
  colour: string;
}

/** A line of text as the engine puts it together: letters that follow each other without a wide gap. */
export interface TextLine {
  runs: readonly TextRun[];
  box: Box;
  /** Where the first letter stands. */
  baseline: number;
  /** Unit vector along which the letters follow each other; [1, 0] is upright text. */
  direction: readonly [number, number];
  /** Number of the engine's block that the line stands in. */
  block: number;
}

/** What one drawing operation covers: a rule, a box, a ground, or any other shape. */
export interface DrawnShape {
  box: Box;
  /** Drawn along its outline, not filled. */
  stroked: boolean;
  /** An upright rectangle or line. */
  rectangular: boolean;
}

export interface PageLink {
  box: Box;
  url: string;
}

/** A check box or radio button of a form. */
export interface CheckBox {
  box: Box;
  checked: boolean;
}

/** What Markdown is made of: everything the engine knows about a page's text layer and the drawing around it. */
export interface PageStructure {
  widthPt: number;
  heightPt: number;
  /** In the order of the file. */
  lines: readonly TextLine[];
  /** Empty where the page draws more than is looked at. */
  shapes: readonly DrawnShape[];
  links: readonly PageLink[];
  checkBoxes: readonly CheckBox[];
}
