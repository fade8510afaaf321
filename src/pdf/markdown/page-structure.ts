/** Left, top, right, bottom in points; y grows downwards. */
export type Box = readonly [number, number, number, number];

/** A line of text as the engine puts it together: one direction and, nearly always, one font. */
export interface TextLine {
  text: string;
  box: Box;
  /** Unit vector along which the letters follow each other; [1, 0] is upright text. */
  direction: readonly [number, number];
  /** Points. */
  size: number;
  bold: boolean;
  italic: boolean;
  monospaced: boolean;
  /** Number of the engine's block that the line stands in. */
  block: number;
}

/** What one drawing operation covers: a rule, a box, a ground, or any other shape. */
export interface DrawnShape {
  box: Box;
  /** Drawn along its outline, not filled. */
  stroked: boolean;
  /** Upright rectangle, or an upright line. */
  rectangular: boolean;
}

export interface PageLink {
  box: Box;
  url: string;
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
}
