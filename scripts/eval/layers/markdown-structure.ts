import { type MarkedToken, marked, type Token, type Tokens } from "marked";

export interface Heading {
  /** 1 to 6. */
  level: number;
  text: string;
}

export interface ListItem {
  /** 0 for the outermost list. */
  depth: number;
  /** The text with its number or letter, and without what is nested in it; a bullet leaves no trace. */
  text: string;
}

/** Texts of the cells, the header row first; every row has as many as the header. */
export type Table = readonly (readonly string[])[];

/** What a Markdown document says, as a reader sees it: markup gone, escapes and entities undone. */
export interface MarkdownStructure {
  headings: Heading[];
  items: ListItem[];
  tables: Table[];
  /** Paragraphs, items, headings and lines of tables and code, in reading order. */
  lines: string[];
}

/** Reads Markdown as GitHub does. HTML comments and the targets of links are no text. */
export function readMarkdown(markdown: string): MarkdownStructure {
  const structure: MarkdownStructure = { headings: [], items: [], tables: [], lines: [] };
  for (const token of marked.lexer(markdown, { gfm: true })) readBlock(token, 0, structure);
  return structure;
}

function readBlock(token: Token, depth: number, into: MarkdownStructure): void {
  if (!isMarkedToken(token)) return;
  switch (token.type) {
    case "heading": {
      const text = inlineText(token.tokens);
      into.headings.push({ level: token.depth, text });
      into.lines.push(text);
      return;
    }
    case "paragraph":
    case "text": {
      into.lines.push(...inlineText(token.tokens ?? [token]).split("\n"));
      return;
    }
    case "table":
      readTable(token, into);
      return;
    case "list":
      token.items.forEach((item, at) => {
        readItem(item, markerOf(token, at), depth, into);
      });
      return;
    case "blockquote":
      for (const inner of token.tokens) readBlock(inner, depth, into);
      return;
    case "code":
      into.lines.push(...token.text.split("\n"));
      return;
    case "html":
      into.lines.push(...withoutHtml(token.text).split("\n"));
      return;
    default:
      return;
  }
}

/** Anything else comes from an extension, of which there is none. */
const isMarkedToken = (token: Token): token is MarkedToken => token.type !== "generic";

function markerOf({ ordered, start }: Tokens.List, at: number): string {
  return ordered ? `${Number(start) + at}. ` : "";
}

function readItem(item: Tokens.ListItem, marker: string, depth: number, into: MarkdownStructure): void {
  const own = item.tokens.filter(({ type }) => type !== "list");
  const check = item.task ? (item.checked === true ? "☑ " : "☐ ") : "";
  const text = own.map((token) => ("tokens" in token && token.tokens ? inlineText(token.tokens) : "")).join(" ");
  const whole = `${marker}${check}${text}`.replaceAll(/\s+/g, " ").trim();
  into.items.push({ depth, text: whole });
  into.lines.push(whole);
  for (const token of item.tokens) if (token.type === "list") readBlock(token, depth + 1, into);
}

function readTable({ header, rows }: Tokens.Table, into: MarkdownStructure): void {
  const table = [header, ...rows].map((row) => row.map(({ tokens }) => inlineText(tokens).replaceAll("\n", " ")));
  into.tables.push(table);
  into.lines.push(...table.map((row) => row.filter((cell) => cell !== "").join(" ")));
}

function inlineText(tokens: readonly Token[]): string {
  return tokens.map(inlineTokenText).join("").trim();
}

function inlineTokenText(token: Token): string {
  if (!isMarkedToken(token)) return "";
  switch (token.type) {
    case "br":
      return "\n";
    case "html":
      return /^<br/i.test(token.raw) ? "\n" : withoutHtml(token.raw);
    case "escape":
    case "codespan":
      return token.text;
    case "image":
      return token.text;
    case "text":
      return token.tokens === undefined ? decodeEntities(token.text) : inlineText(token.tokens);
    default:
      return "tokens" in token && token.tokens !== undefined ? token.tokens.map(inlineTokenText).join("") : "";
  }
}

const withoutHtml = (html: string) => decodeEntities(html.replaceAll(/<!--.*?-->|<\/?[a-z][^<>]*>/gis, " ").trim());

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00A0" };

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|([a-z]{2,6}));/g, (whole, code?: string, name?: string) => {
    if (code !== undefined) return String.fromCodePoint(Math.min(Number(code), 0x10ffff));
    return entities[name ?? ""] ?? whole;
  });
}
