import type { Block } from "./blocks.ts";
import { caption } from "./caption.ts";
import { leader } from "./leader.ts";
import { listMarker } from "./list-marker.ts";
import type { Paragraph } from "./paragraphs.ts";

/** What may be a heading, as far as its page tells; the whole document decides. */
export interface HeadingCandidate {
  /** Where it begins in the page's Markdown, in UTF-16 code units. */
  at: number;
  text: string;
  /** What stands before it where it is none: the marker of a list item, or nothing. */
  otherwise: string;
  /** Points. */
  size: number;
  bold: boolean;
  italic: boolean;
  capitals: boolean;
  /** Numbers before it: 2 for `1.2`; 0 where it has none. */
  depth: number;
  /** Further from the line above than the lines of a paragraph are, or the first of its column. */
  apart: boolean;
  /** What comes next: running text, something that may be a heading itself, or anything else. */
  next: "text" | "candidate" | "other" | "end";
  /** Distance from the upper or lower edge of the page, as a share of its height. */
  edge: number;
}

const maxLines = 3;
const maxLetters = 200;
/** Openings and endings of letters, in the languages that letters here are written in. */
const salutation =
  /^(?:dear|to|from|date|subject|re|cc|attn|yours|sincerely|best regards|เรียน|เรื่อง|อ้างถึง|สิ่งที่ส่งมาด้วย|ขอแสดงความนับถือ|วันที่|ที่)(?:[\s:,.]|$)/iu;
/** Enough letters together to be no formula. */
const word = /[\p{L}\p{M}]{3}|[\u3040-\u9FFF]{2}/u;
const formula = /[=∑∫√≤≥]/;

export type Looks = Omit<HeadingCandidate, "at" | "otherwise" | "next" | "edge">;

/** Undefined where it cannot be a heading, however it looks. */
export function looksOf(block: Block): Looks | undefined {
  if (block.kind !== "paragraph") return undefined;
  const { lines, breaks, gapAbove } = block.paragraph;
  const [first] = lines;
  if (first === undefined || lines.length > maxLines || breaks.includes(true)) return undefined;
  if (lines.some((line) => line.parted && !isNumberAndTitle(line.pieces.map((piece) => piece.text)))) return undefined;
  if (lines.some(({ pieces }) => pieces.some(({ size }) => Math.abs(size - first.size) > 0.1 * first.size)))
    return undefined;
  const text = lines.map((line) => line.text).join(" ");
  if (text.length > maxLetters || !word.test(text) || formula.test(text) || text.includes("@") || /[,;]$/.test(text))
    return undefined;
  if (leader.test(text) || caption.test(text) || salutation.test(text) || isBulleted(block.paragraph)) return undefined;
  return {
    text,
    size: first.size,
    bold: lines.every((line) => line.bold),
    italic: lines.every((line) => line.italic),
    capitals: text === text.toUpperCase() && text !== text.toLowerCase(),
    depth: numberingDepth(text),
    apart: gapAbove > 1.1,
  };
}

const isBulleted = ({ marker }: Paragraph) => marker?.kind === "bullet" || marker?.kind === "bracketed";

const isNumberAndTitle = (pieces: readonly string[]) =>
  pieces.length === 2 && /^\(?[\p{Nd}.]+\)?$/u.test(pieces[0] ?? "");

const chapter =
  /^(?:chapter|part|section|appendix|annex|article|บทที่|หมวด(?:ที่)?|ส่วนที่|ภาคผนวก|มาตรา|ข้อ)\s*[\p{Nd}\p{L}]/iu;

/** `1.` is 1, `1.2` 2; a word such as chapter before the number is 1. */
function numberingDepth(text: string): number {
  const marker = listMarker(text);
  if (marker !== undefined) return marker.kind === "bullet" ? 0 : marker.depth;
  const plain = /^(\p{Nd}{1,2})\s+(?=\p{Lu}|[\u0E00-\u0E7F])/u.test(text);
  return plain || chapter.test(text) ? 1 : 0;
}
