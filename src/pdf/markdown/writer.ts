import { withAnchors } from "./anchors.ts";
import type { Block } from "./blocks.ts";
import { caption } from "./caption.ts";
import { codeMarkdown } from "./code.ts";
import { escapeCell, escapeLineStart, escapeText } from "./escape.ts";
import { type HeadingCandidate, type Looks, looksOf } from "./heading-candidate.ts";
import { type Compounds, joinTwo } from "./join-text.ts";
import type { Line } from "./lines.ts";
import type { Paragraph } from "./paragraphs.ts";
import { withoutMarks, withTags } from "./run-marks.ts";
import { cellText, tableMarkdown } from "./table.ts";

/** Puts blocks one after the other as Markdown. */
export interface Writer {
  write(block: Block, next: Block | undefined, heightPt: number): void;
  /** `added`: the letters of its tags. */
  finish(): { markdown: string; added: string; candidates: HeadingCandidate[] };
}

interface OpenItem {
  left: number;
  /** Blanks before the text of what is nested in it. */
  inner: number;
}

export function createWriter(compounds: Compounds, bodySize: number): Writer {
  const candidates: HeadingCandidate[] = [];
  let markdown = "";
  let added = "";
  let items: OpenItem[] = [];

  function append(marked: string, tight: boolean): number {
    if (markdown !== "") markdown += tight ? "\n" : "\n\n";
    const at = markdown.length;
    const { text, added: tags } = withTags(marked);
    markdown += text;
    added += tags;
    return at;
  }

  function writeItem({ lines, marker }: Paragraph, text: string): void {
    if (marker === undefined) return;
    const [first] = lines;
    const left = first?.box[0] ?? 0;
    const size = first?.size ?? 10;
    const tight = items.length > 0;
    while (items.length > 0 && left < (items.at(-1)?.left ?? 0) - 0.8 * size) items.pop();
    const last = items.at(-1);
    if (last !== undefined && left <= last.left + 0.8 * size) items.pop();
    const outer = items.at(-1)?.inner ?? 0;
    const own = /^[0-9]{1,9}[.)]$/.test(marker.text) ? marker.text : "-";
    const body = own !== "-" || marker.kind === "bullet" ? text.slice(marker.text.length).trimStart() : text;
    const linked = withAnchors(escapeLineStart(escapeText(body)), anchorsOf(lines), escapeText);
    append(`${" ".repeat(outer)}${own} ${linked}`, tight);
    items.push({ left, inner: outer + own.length + 1 });
  }

  return {
    write(block, next, heightPt) {
      if (block.kind === "table") {
        items = [];
        append(
          tableMarkdown(block.table, (cell) => {
            const anchors = cell.flatMap((fragment) => fragment.anchors);
            return withAnchors(escapeCell(cellText(cell, compounds)), anchors, escapeCell);
          }),
          false,
        );
        return;
      }
      if (block.kind === "code") {
        items = [];
        append(withoutMarks(codeMarkdown(block.lines)), false);
        return;
      }
      if (block.kind === "mark") {
        items = [];
        append(escapeLineStart(escapeText(block.text)), false);
        return;
      }
      const { paragraph } = block;
      const looks = looksOf(block);
      const text = textOf(paragraph, compounds);
      if (looks !== undefined && isProminent(looks, bodySize)) {
        items = [];
        const escaped = escapeText(text);
        const at = append(withAnchors(escaped, anchorsOf(paragraph.lines), escapeText), false);
        const edge = edgeDistance(paragraph, heightPt);
        candidates.push({ ...looks, at, otherwise: itemPrefix(paragraph, escaped), next: nextOf(next), edge });
      } else if (paragraph.marker !== undefined) writeItem(paragraph, text);
      else {
        items = [];
        append(withAnchors(escapeLineStart(escapeText(text)), anchorsOf(paragraph.lines), escapeText), false);
      }
    },
    finish: () => ({ markdown, added, candidates }),
  };
}

const isProminent = ({ bold, italic, capitals, depth, size }: Looks, bodySize: number) =>
  bold || italic || capitals || depth > 1 || size > 1.05 * bodySize;

const anchorsOf = (lines: readonly Line[]) => lines.flatMap((line) => line.anchors);

/** What makes a list of it that is no heading, or keeps it from becoming something else. */
function itemPrefix({ marker }: Paragraph, text: string): string {
  if (marker === undefined) return escapeLineStart(text).startsWith("\\") && !text.startsWith("\\") ? "\\" : "";
  return marker.kind === "decimal" || marker.kind === "bullet" ? "" : "- ";
}

function textOf({ lines, breaks }: Paragraph, compounds: Compounds): string {
  return lines.reduce((text, line, at) => {
    if (at === 0) return line.text;
    return breaks[at - 1] === true ? `${text}  \n${line.text}` : joinTwo(text, line.text, compounds);
  }, "");
}

function nextOf(next: Block | undefined): HeadingCandidate["next"] {
  if (next === undefined) return "end";
  if (next.kind !== "paragraph") return "text";
  const { lines, marker } = next.paragraph;
  if (
    lines.length > 1 ||
    caption.test(lines[0]?.text ?? "") ||
    marker !== undefined ||
    (lines[0]?.text.length ?? 0) > 60
  )
    return "text";
  return looksOf(next) === undefined ? "other" : "candidate";
}

function edgeDistance({ lines }: Paragraph, heightPt: number): number {
  const [, top, , bottom] = lines[0]?.box ?? [0, 0, 0, 0];
  return Math.max(0, Math.min(bottom, heightPt - top)) / heightPt;
}
