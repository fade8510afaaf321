/** A document described by its structure, from which its pages and its Markdown are made. The texts are the project's own. */
export interface LayoutDocument {
  name: string;
  language: "thai" | "english";
  /** Printed on every page, as letterheads and page numbers are; `#` is the number of the page. */
  header?: string;
  footer?: string;
  blocks: readonly Block[];
  /** Cannot be made by a producer that breaks pages itself: what it should come out as depends on the pages. */
  fixedOnly?: boolean;
}

export type Align = "left" | "right" | "center";

export interface Item {
  /** As it is printed: `•`, `1.`, `๑.`, `ก.`, `(a)`, `1.1.1`. */
  marker: string;
  text: string;
  /** 0 unless given. */
  depth?: number;
}

export interface TableBlock {
  kind: "table";
  /** The header first; an empty cell is empty on the page, and what a merged cell covers is empty too. */
  rows: readonly (readonly string[])[];
  /** Shares of the width. */
  widths: readonly number[];
  align?: readonly Align[];
  /** `ruled`: every cell; `boxed`: as `ruled`, without lines between the rows of the body; `horizontal`: lines between rows; `headed`: above and below the header and at the end; `zebra`: grounds. */
  rules: "ruled" | "boxed" | "horizontal" | "headed" | "zebra" | "none";
  /** Cells of the header that reach over those right of them, as `row column count`, from 0. */
  merged?: readonly (readonly [row: number, column: number, count: number])[];
}

/** A soft hyphen is a place where a word may be broken; a superscript digit is a footnote's mark. */
export type Block =
  | { kind: "heading"; level: 1 | 2 | 3; text: string; align?: Align }
  | { kind: "paragraph"; text: string; indent?: number; align?: Align; size?: number; bold?: boolean }
  /** Lines that stay apart, such as an address or a signature. `left` is a share of the width. */
  | { kind: "lines"; lines: readonly string[]; left?: number; align?: Align }
  | { kind: "list"; items: readonly Item[] }
  | TableBlock
  | { kind: "columns"; columns: readonly (readonly Block[])[]; gap?: number; shares?: readonly number[] }
  /** `dots`: the value stands on a dotted line; `gap`: label and value with white space between; `widget`: interactive. */
  | {
      kind: "fields";
      fields: readonly (readonly [label: string, value: string])[];
      style: "dots" | "gap" | "widget";
      across: number;
    }
  | { kind: "checks"; checks: readonly (readonly [text: string, checked: boolean])[] }
  | { kind: "code"; lines: readonly string[] }
  | { kind: "link"; before: string; text: string; url: string; after: string }
  /** A table of contents with dotted leaders. */
  | { kind: "contents"; entries: readonly (readonly [text: string, page: number])[] }
  | { kind: "footnotes"; notes: readonly string[] }
  | { kind: "space"; points: number }
  | { kind: "page-break" };

/** How a document is set: the same structure looks different under each. */
export interface Style {
  name: string;
  /** Points. */
  body: number;
  /** Size of headings by level, as multiples of `body`. */
  headings: readonly [number, number, number];
  boldHeadings: boolean;
  lineHeight: number;
  /** For documents that are not Thai; those are set in Sarabun. */
  latin: "helvetica" | "times" | "sarabun";
  /** Every word is placed on its own, as word processors do it. */
  wordByWord: boolean;
  /** Tables are written into the file column by column. */
  columnByColumn: boolean;
  /** Lines of paragraphs are as wide as the column. */
  justified: boolean;
  /** Rules are thin filled rectangles. */
  filledRules: boolean;
  marginPt: number;
}
