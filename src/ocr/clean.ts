import { printable } from "./printable.ts";

/** Symbols whose runs mean something: rules, headings, fences, tables, quotes, mathematics; ticks, boxes, stars. */
const markdownSymbols: ReadonlySet<string> = new Set("-*_=#`~|>$☐☑☒✓✔✗✘✕✖■□●○★☆→\uFFFD");

/** A run shorter than this may be an ellipsis or a mark of the writer. */
const noiseRunLength = 4;

const symbol = /^[\p{P}\p{S}]$/u;
const fenceMarker = /^ {0,3}(`{3,}|~{3,})(.*)$/s;

/**
 * Takes out what nobody sees and what scanning leaves behind, and nothing that is Markdown: lines that are a run of one symbol without
 * a meaning there, white space at line ends, and three or more blank lines in a row (which become one). Fenced
 * blocks stay as they are.
 */
export function cleanMarkdown(text: string): string {
  const kept: string[] = [];
  let blankLines = 0;
  let fence: string | undefined;
  for (const line of printable(text).replace(/\r\n?/g, "\n").split("\n")) {
    const insideFence = fence !== undefined;
    fence = fenceBehind(line, fence);
    if (!insideFence && isNoise(line)) continue;
    const trimmed = insideFence ? line : trimLineEnd(line);
    if (trimmed === "" && !insideFence) {
      blankLines += 1;
      continue;
    }
    if (kept.length > 0) pushBlankLines(kept, blankLines);
    blankLines = 0;
    kept.push(trimmed);
  }
  return kept.join("\n");
}

/** The marker of the fenced block that is open behind a line (CommonMark 0.31, 4.5); undefined where none is. */
function fenceBehind(line: string, fence: string | undefined): string | undefined {
  const [, marker, rest = ""] = fenceMarker.exec(line) ?? [];
  if (marker === undefined) return fence;
  // Backquotes with others behind them are code within a line.
  if (fence === undefined) return marker.startsWith("`") && rest.includes("`") ? undefined : marker;
  return marker.startsWith(fence) && rest.trim() === "" ? undefined : fence;
}

/** Pages in document order, joined with one blank line; empty pages leave no gap. */
export const joinPages = (pages: readonly string[]): string => pages.filter((page) => page !== "").join("\n\n");

function pushBlankLines(lines: string[], count: number): void {
  const wanted = count >= 3 ? 1 : count;
  for (let index = 0; index < wanted; index += 1) lines.push("");
}

/** Two blanks at a line's end are a line break in Markdown and stay. */
function trimLineEnd(line: string): string {
  const trimmed = line.trimEnd();
  return trimmed !== "" && line.endsWith("  ") ? `${trimmed}  ` : trimmed;
}

function isNoise(line: string): boolean {
  const [first] = line.trimStart();
  // Most lines begin with a letter, and end here.
  if (first === undefined || markdownSymbols.has(first) || !symbol.test(first)) return false;
  const characters = [...line.replaceAll(/\s+/g, "")];
  return characters.length >= noiseRunLength && characters.every((character) => character === first);
}
