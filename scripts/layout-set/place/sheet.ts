import { breakLines } from "../break-lines.ts";
import type { Align, LayoutDocument, Style } from "../description.ts";
import { escaped } from "../markdown.ts";
import { type FontFamily, type PlacedPage, pageHeightPt, pageWidthPt } from "../marks.ts";
import type { Fonts } from "../metrics.ts";

export interface TextOptions {
  x: number;
  width: number;
  size?: number;
  bold?: boolean;
  family?: FontFamily;
  align?: Align;
  /** Of the first line, and of the others. */
  firstIndent?: number;
  indent?: number;
  /** All lines but the last are as wide as there is room, where words are placed on their own. */
  justified?: boolean;
}

/** Pages being filled from the top, with one place where the next thing stands. */
export class Sheet {
  readonly pages: PlacedPage[] = [];
  y = 0;
  /** Columns stand beside each other on one page, so that nothing in them goes on to the next. */
  inColumns = false;
  /** Something stands below the bottom of a page. */
  overflows = false;
  readonly left: number;
  readonly width: number;
  readonly family: FontFamily;
  #top = 0;

  readonly document: LayoutDocument;
  readonly style: Style;
  readonly fonts: Fonts;

  constructor(document: LayoutDocument, style: Style, fonts: Fonts) {
    this.document = document;
    this.style = style;
    this.fonts = fonts;
    this.left = style.marginPt;
    this.width = pageWidthPt - 2 * style.marginPt;
    this.family = document.language === "thai" ? "sarabun" : style.latin;
    this.newPage();
  }

  get page(): PlacedPage {
    const page = this.pages.at(-1);
    if (page === undefined) throw new Error("there is no page yet");
    return page;
  }

  get bottom(): number {
    return pageHeightPt - this.style.marginPt - 10;
  }

  get lineHeight(): number {
    return this.style.body * this.style.lineHeight;
  }

  newPage(): void {
    if (this.pages.length > 0) this.#finishPage();
    this.pages.push({ marks: [], truth: [], fields: [] });
    this.#top = this.style.marginPt;
    const { header } = this.document;
    if (header !== undefined) {
      const size = this.style.body * 0.8;
      const text = this.#numbered(header);
      this.#put(text, this.left, this.#top, size, false);
      this.page.truth.push(escaped(text));
      this.#top += 2.5 * size;
    }
    this.y = this.#top;
  }

  /** Begins a new page unless so much fits on this one. */
  need(height: number): void {
    if (this.inColumns) this.overflows ||= this.y + height > this.bottom;
    else if (this.y + height > this.bottom && this.y > this.#top) this.newPage();
  }

  finish(): PlacedPage[] {
    this.#finishPage();
    return this.pages;
  }

  /** Notes that stand above the bottom of this page. */
  putFootnotes(notes: readonly string[]): void {
    const size = this.style.body * 0.8;
    const lines = notes.flatMap((note) => this.broken(note, { x: 0, width: this.width, size }));
    let y = this.bottom - lines.length * size * 1.25;
    this.page.marks.push({ type: "line", x1: this.left, y1: y - 4, x2: this.left + 120, y2: y - 4, width: 0.5 });
    for (const { text } of lines) {
      this.#put(text, this.left, y, size, false);
      y += size * 1.25;
    }
    this.page.truth.push(...notes.map(escaped));
  }

  broken(text: string, { width, size = this.style.body, bold = false, family = this.family, ...indents }: TextOptions) {
    const { firstIndent = 0, indent = 0 } = indents;
    const widthOf = (line: string) => this.fonts.widthOf(line, family, bold, size);
    return breakLines(text, widthOf, (line) => width - (line === 0 ? firstIndent : indent));
  }

  /** Puts a text at the present place and moves on. */
  putText(text: string, options: TextOptions): void {
    const { x, width, size = this.style.body, bold = false, family = this.family, align = "left" } = options;
    const lines = this.broken(text, options);
    lines.forEach((line, at) => {
      const indent = (at === 0 ? options.firstIndent : options.indent) ?? 0;
      const free = width - indent - this.fonts.widthOf(line.text, family, bold, size);
      const start = x + indent + (align === "right" ? free : align === "center" ? free / 2 : 0);
      const isFull = options.justified && align === "left" && at < lines.length - 1 && line.words.length > 1;
      const stretch = isFull ? free / (line.words.length - 1) : 0;
      // A line of Thai has few blanks: there they would become holes.
      this.putLine(line.words, start, this.y, size, bold, family, stretch < size ? stretch : 0);
      this.y += size * this.style.lineHeight;
    });
  }

  /** One line whose top is at `y`; `stretch` is added to each blank. */
  putLine(
    words: readonly string[],
    x: number,
    y: number,
    size: number,
    bold: boolean,
    family = this.family,
    stretch = 0,
  ): void {
    const baseline = y + size * 0.95;
    const pieces = this.style.wordByWord ? words : [words.join("")];
    let at = x;
    for (const piece of pieces) {
      const text = piece.trimEnd();
      if (text !== "") this.page.marks.push({ type: "text", x: at, baseline, size, family, bold, text });
      at += this.fonts.widthOf(piece, family, bold, size) + stretch;
    }
  }

  #put(text: string, x: number, y: number, size: number, bold: boolean): void {
    this.putLine(text.match(/\S+\s*/g) ?? [], x, y, size, bold);
  }

  #numbered = (text: string) => text.replaceAll("#", String(this.pages.length));

  #finishPage(): void {
    const { footer } = this.document;
    if (footer === undefined) return;
    const size = this.style.body * 0.8;
    const text = this.#numbered(footer);
    const width = this.fonts.widthOf(text, this.family, false, size);
    this.#put(text, (pageWidthPt - width) / 2, pageHeightPt - this.style.marginPt + 4, size, false);
    this.page.truth.push(escaped(text));
  }
}
