import type { Block } from "../description.ts";
import { blockMarkdown, fieldTexts } from "../markdown.ts";
import type { Sheet } from "./sheet.ts";

/** Labels with their values, several beside each other where the form has them so. */
export function placeFields(block: Extract<Block, { kind: "fields" }>, sheet: Sheet, x: number, width: number): void {
  const { body } = sheet.style;
  const rowHeight = body * 1.9;
  const each = width / block.across;
  block.fields.forEach(([label, value], at) => {
    const across = at % block.across;
    if (across === 0) sheet.need(rowHeight);
    const left = x + across * each;
    const labelWidth = sheet.fonts.widthOf(label, sheet.family, false, body);
    const valueLeft = block.style === "gap" ? left + each * 0.45 : left + labelWidth + 8;
    sheet.putLine(label.match(/\S+\s*/g) ?? [], left, sheet.y, body, false);
    const box = { x: valueLeft, y: sheet.y - 2, width: left + each - valueLeft - 10, height: body * 1.5 };
    if (block.style === "widget") {
      const name = `field-${sheet.pages.length}-${Math.round(sheet.y)}-${across}`;
      sheet.page.marks.push({ type: "field", ...box, name, value, family: sheet.family });
    } else {
      sheet.putLine(value.match(/\S+\s*/g) ?? [], valueLeft, sheet.y, body, false);
    }
    if (block.style === "dots") {
      const y = sheet.y + body * 1.15;
      sheet.page.marks.push({ type: "line", x1: valueLeft, y1: y, x2: box.x + box.width, y2: y, width: 0.4 });
    }
    if (across === block.across - 1 || at === block.fields.length - 1) sheet.y += rowHeight;
  });
  tell(block, sheet);
}

/** Check boxes, interactive ones. */
export function placeChecks(block: Extract<Block, { kind: "checks" }>, sheet: Sheet, x: number): void {
  const { body } = sheet.style;
  block.checks.forEach(([text, checked]) => {
    sheet.need(body * 1.8);
    const name = `check-${sheet.pages.length}-${Math.round(sheet.y)}`;
    sheet.page.marks.push({ type: "check", x, y: sheet.y, size: body, name, checked });
    sheet.putLine(text.match(/\S+\s*/g) ?? [], x + body * 1.6, sheet.y, body, false);
    sheet.y += body * 1.8;
  });
  tell(block, sheet);
}

function tell(block: Block, sheet: Sheet): void {
  sheet.page.truth.push(...blockMarkdown(block));
  sheet.page.fields.push(...fieldTexts(block));
}
