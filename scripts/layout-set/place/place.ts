import type { Block, LayoutDocument, Style } from "../description.ts";
import { blockMarkdown } from "../markdown.ts";
import type { PlacedDocument } from "../marks.ts";
import type { Fonts } from "../metrics.ts";
import { placeChecks, placeFields } from "./forms.ts";
import { Sheet } from "./sheet.ts";
import { placeTable } from "./table.ts";

/** Sets a document on pages, together with the Markdown of each page. */
export function placeDocument(document: LayoutDocument, style: Style, fonts: Fonts): PlacedDocument {
  const sheet = new Sheet(document, style, fonts);
  for (const block of document.blocks) placeBlock(block, sheet, sheet.left, sheet.width);
  return { name: document.name, pages: sheet.finish(), overflows: sheet.overflows };
}

function placeBlock(block: Block, sheet: Sheet, x: number, width: number): void {
  const { style } = sheet;
  const { body } = style;
  switch (block.kind) {
    case "heading": {
      const size = body * (style.headings[block.level - 1] ?? 1);
      sheet.y += block.level === 1 ? 0 : body * 0.6;
      sheet.need(size * 4);
      tell(block, sheet);
      const align = block.align ?? "left";
      sheet.putText(block.text, { x, width, size, align, bold: style.boldHeadings });
      sheet.y += body * 0.35;
      return;
    }
    case "paragraph": {
      const size = body * (block.size ?? 1);
      const { indent: firstIndent = 0, align = "left", bold = false } = block;
      const options = { x, width, size, align, bold, firstIndent, justified: style.justified };
      sheet.need(sheet.broken(block.text, options).length * size * style.lineHeight);
      tell(block, sheet);
      sheet.putText(block.text, options);
      sheet.y += body * 0.6;
      return;
    }
    case "lines": {
      sheet.need(block.lines.length * sheet.lineHeight);
      tell(block, sheet);
      const left = width * (block.left ?? 0);
      for (const line of block.lines)
        sheet.putText(line, { x: x + left, width: width - left, align: block.align ?? "left" });
      sheet.y += body * 0.6;
      return;
    }
    case "list":
      placeList(block, sheet, x, width);
      return;
    case "table":
      placeTable(block, sheet, x, width);
      return;
    case "columns":
      placeColumns(block, sheet, x, width);
      return;
    case "fields":
      placeFields(block, sheet, x, width);
      return;
    case "checks":
      placeChecks(block, sheet, x);
      return;
    case "code": {
      const size = body * 0.9;
      sheet.need(block.lines.length * size * 1.25);
      tell(block, sheet);
      for (const line of block.lines) {
        const indent = /^ */.exec(line)?.[0].length ?? 0;
        const left = x + 12 + sheet.fonts.widthOf(" ".repeat(indent), "courier", false, size);
        sheet.putLine(line.trim().match(/\S+\s*/g) ?? [], left, sheet.y, size, false, "courier");
        sheet.y += size * 1.25;
      }
      sheet.y += body * 0.8;
      return;
    }
    case "link":
      placeLink(block, sheet, x);
      return;
    case "contents": {
      sheet.need(block.entries.length * sheet.lineHeight);
      tell(block, sheet);
      for (const [text, page] of block.entries) placeEntry(text, String(page), sheet, x, width);
      sheet.y += body * 0.6;
      return;
    }
    case "footnotes":
      sheet.putFootnotes(block.notes);
      return;
    case "space":
      sheet.y += block.points;
      return;
    case "page-break":
      sheet.newPage();
      return;
  }
}

function tell(block: Block, sheet: Sheet): void {
  sheet.page.truth.push(...blockMarkdown(block));
}

function placeList(block: Extract<Block, { kind: "list" }>, sheet: Sheet, x: number, width: number): void {
  const { body, lineHeight } = sheet.style;
  let items: (typeof block.items)[number][] = [];
  const flush = () => {
    if (items.length > 0) tell({ kind: "list", items }, sheet);
    items = [];
  };
  for (const item of block.items) {
    const markerWidth = Math.max(body * 1.6, sheet.fonts.widthOf(`${item.marker} `, sheet.family, false, body));
    const left = x + body + (item.depth ?? 0) * body * 2;
    const options = { x: left + markerWidth, width: width - (left - x) - markerWidth };
    const height = sheet.broken(item.text, options).length * body * lineHeight;
    if (sheet.y + height > sheet.bottom) flush();
    sheet.need(height);
    sheet.putLine([item.marker], left, sheet.y, body, false);
    sheet.putText(item.text, options);
    sheet.y += body * 0.25;
    items.push(item);
  }
  flush();
  sheet.y += body * 0.5;
}

/** Columns stand beside each other on one page; each is read to its end before the next. */
function placeColumns(block: Extract<Block, { kind: "columns" }>, sheet: Sheet, x: number, width: number): void {
  const { gap = 18, columns } = block;
  const shares = block.shares ?? columns.map(() => 1);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const usable = width - gap * (columns.length - 1);
  const top = sheet.y;
  let lowest = top;
  let left = x;
  sheet.inColumns = true;
  columns.forEach((blocks, at) => {
    const columnWidth = (usable * (shares[at] ?? 1)) / total;
    sheet.y = top;
    for (const inner of blocks) placeBlock(inner, sheet, left, columnWidth);
    lowest = Math.max(lowest, sheet.y);
    left += columnWidth + gap;
  });
  sheet.inColumns = false;
  sheet.y = lowest;
}

/** A line of a table of contents: its leader ends before the number of the page, which stands at the right edge. */
function placeEntry(text: string, page: string, sheet: Sheet, x: number, width: number): void {
  const { body } = sheet.style;
  const widthOf = (part: string) => sheet.fonts.widthOf(part, sheet.family, false, body);
  const right = x + width - widthOf(page);
  const left = x + widthOf(`${text} `);
  const dots = ".".repeat(Math.max(0, Math.floor((right - left - 4) / widthOf("."))));
  sheet.putLine(text.match(/\S+\s*/g) ?? [], x, sheet.y, body, false);
  sheet.putLine([dots], left, sheet.y, body, false);
  sheet.putLine([page], right, sheet.y, body, false);
  sheet.y += sheet.lineHeight;
}

/** A line with a link in it. */
function placeLink(block: Extract<Block, { kind: "link" }>, sheet: Sheet, x: number): void {
  const { body } = sheet.style;
  sheet.need(sheet.lineHeight);
  tell(block, sheet);
  const width = (text: string) => sheet.fonts.widthOf(text, sheet.family, false, body);
  sheet.putLine([block.before, block.text, block.after], x, sheet.y, body, false);
  const box = { x: x + width(block.before), y: sheet.y, width: width(block.text), height: body * 1.2 };
  sheet.page.marks.push({ type: "link", ...box, url: block.url });
  sheet.y += sheet.lineHeight + body * 0.6;
}
