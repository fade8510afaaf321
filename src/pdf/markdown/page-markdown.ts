import type { PageStructure } from "./page-structure.ts";

/** A text layer as Markdown, or why the page's lines stay as they are. */
export type PageMarkdown = { markdown: string } | { fallBack: string };

/** The Markdown of one page. Pure; headings get their levels when all pages of the document are known. */
export function pageMarkdown(structure: PageStructure): PageMarkdown {
  return { markdown: structure.lines.map(({ text }) => text.trim()).join("\n") };
}
