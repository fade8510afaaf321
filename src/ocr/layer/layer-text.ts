import type { PageFacts, TextLayerFormat } from "../../pdf/document.ts";

/** The text of a page's layer as it is repaired, judged and answered: Markdown where that was asked for and could be made. */
export function layerText({ text, markdown }: Pick<PageFacts, "text" | "markdown">): {
  text: string;
  format: TextLayerFormat;
} {
  return markdown !== undefined && "markdown" in markdown
    ? { text: markdown.markdown, format: "markdown" }
    : { text, format: "plain" };
}

const tableRule = /^\|(?: *:?-+:? *\|)+$/gm;
const tag = /(?<!\\)(?:<\/?sup>|~~)/g;
const escapeSign = /\\(?=[!-/:-@[-`{-~])/g;

/** Markdown without the signs that a page would be judged for: bars and rules of tables, tags, and escapes. */
export const withoutSigns = (markdown: string): string =>
  markdown.replaceAll(tableRule, "").replaceAll(tag, "").replaceAll(escapeSign, "").replaceAll("|", " ");
