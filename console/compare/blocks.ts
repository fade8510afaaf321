import { lexer, type Token } from "marked";

/** A part of a page: running text as it stands, or a table by its cells. */
export type Block = { kind: "text"; text: string } | { kind: "table"; rows: readonly (readonly string[])[] };

/** The text of a page parted into tables, of Markdown and of HTML, and what is between them. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  for (const { 0: html, index } of markdown.matchAll(/<table\b[\s\S]*?<\/table\s*>/gi)) {
    blocks.push(...pipeBlocks(markdown.slice(from, index)), { kind: "table", rows: rowsOf(html) });
    from = index + html.length;
  }
  return [...blocks, ...pipeBlocks(markdown.slice(from))];
}

function pipeBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let text = "";
  const endText = () => {
    if (text.trim() !== "") blocks.push({ kind: "text", text: text.trim() });
    text = "";
  };
  for (const token of lexer(markdown)) {
    const rows = rowsOfToken(token);
    if (rows === undefined) text += token.raw;
    else {
      endText();
      blocks.push({ kind: "table", rows });
    }
  }
  endText();
  return blocks;
}

interface Cell {
  text: string;
}

function rowsOfToken(token: Token): string[][] | undefined {
  if (token.type !== "table" || !("header" in token) || !("rows" in token)) return undefined;
  const header: readonly Cell[] = token.header;
  const rows: readonly (readonly Cell[])[] = token.rows;
  return [header, ...rows].map((row) => row.map(({ text }) => text));
}

/** Cells of a table of HTML as text; rows and cells need not be closed. */
const rowsOf = (html: string): string[][] =>
  html
    .split(/<tr\b[^>]*>/i)
    .slice(1)
    .map((row) =>
      row
        .split(/<t[hd]\b[^>]*>/i)
        .slice(1)
        .map((cell) => plainText(cell)),
    );

const plainText = (html: string): string =>
  html
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<\/?[a-z][^<>]*>/gi, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&nbsp;", " ")
    .replaceAll("&amp;", "&")
    .trim();
