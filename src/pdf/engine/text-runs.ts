import type { TextRun } from "../markdown/page-structure.ts";

export interface RunLine {
  runs: TextRun[];
  baseline: number;
}

/**
 * The lines of a page with their fonts, from the engine's HTML: nothing else that it tells without asking for each letter
 * says where in a line the font changes. One `p` is one line, in the order of the engine's walk.
 */
export function runLines(html: string): RunLine[] {
  return [...html.matchAll(paragraph)].map(([, top = "", height = "", content = ""]) => ({
    baseline: Number(top) + ascent * Number(height),
    runs: [...content.matchAll(span)].map(([, tags = "", family = "", size = "", colour = "", text = ""]) => ({
      text: decode(text),
      size: Number(size),
      bold: tags.includes("<b>"),
      italic: tags.includes("<i>"),
      struck: false,
      raised: tags.includes("<sup>"),
      monospaced: tags.includes("<tt>") || monospacedName.test(family),
      colour,
    })),
  }));
}

/** The engine puts a line's top so far above its baseline, in line heights. */
const ascent = 0.8;

const paragraph = /<p style="top:(-?[\d.]+)pt;left:-?[\d.]+pt;line-height:(-?[\d.]+)pt">(.*)<\/p>\n/g;
const span =
  /((?:<(?:sup|tt|b|i)>)*)<span style="font-family:([^"]*);font-size:(-?[\d.]+)pt(?:;color:(#[0-9a-f]{6}))?">([^<]*)<\/span>/g;

/** Embedded fonts often do not say that all their letters are equally wide; their names do. */
const monospacedName = /courier|mono|consol|menlo|typewriter|^(?:cm|sf|ec)tt/i;

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decode(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]+)|([a-z]+));/g, (entity: string, code?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? entity;
    const point = Number.parseInt(code ?? "", 16);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : "";
  });
}
