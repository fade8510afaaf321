import type { Block, Item, TableBlock } from "./description.ts";

/** What a text should come out as in Markdown: escaped where it would mean something else. */
export const escaped = (text: string): string =>
  text
    .replaceAll("\u00AD", "")
    .replaceAll(/[*_`|<\\]/g, "\\$&")
    .replace(/^(#+|[-+>])(?= )/, "\\$1");

function listMarkdown(items: readonly Item[]): string {
  return items
    .map(({ marker, text, depth = 0 }) => {
      const own = /^\d{1,3}\.$/.test(marker) ? `${marker} ` : marker === "•" || marker === "–" ? "- " : `- ${marker} `;
      return `${"    ".repeat(depth)}${own}${escaped(text)}`;
    })
    .join("\n");
}

export function tableMarkdown(rows: TableBlock["rows"]): string {
  const lines = rows.map((row) => `| ${row.map(escaped).join(" | ")} |`);
  lines.splice(1, 0, `|${" --- |".repeat(rows[0]?.length ?? 0)}`);
  return lines.join("\n");
}

/** The Markdown of one block that stands on one page. */
export function blockMarkdown(block: Block): string[] {
  switch (block.kind) {
    case "heading":
      return [`${"#".repeat(block.level)} ${escaped(block.text)}`];
    case "paragraph":
      return [escaped(block.text)];
    case "lines":
      return [block.lines.map(escaped).join("\n")];
    case "list":
      return [listMarkdown(block.items)];
    case "table":
      return [tableMarkdown(block.rows)];
    case "columns":
      return block.columns.flatMap((blocks) => blocks.flatMap(blockMarkdown));
    case "fields":
      return [block.fields.map(([label, value]) => `${escaped(label)}: ${escaped(value)}`).join("\n")];
    case "checks":
      return [block.checks.map(([text, checked]) => `${checked ? "☑" : "☐"} ${escaped(text)}`).join("\n")];
    case "code":
      return [`\`\`\`\n${block.lines.join("\n")}\n\`\`\``];
    case "link":
      return [`${escaped(block.before)}[${escaped(block.text)}](${block.url})${escaped(block.after)}`];
    case "contents":
      return [block.entries.map(([text, page]) => `${escaped(text)} ${page}`).join("\n")];
    case "footnotes":
      return block.notes.map(escaped);
    case "space":
    case "page-break":
      return [];
  }
}

/** Labels and check boxes with what they say. */
export function fieldTexts(block: Block): string[] {
  if (block.kind === "fields") return block.fields.map(([label, value]) => `${label}: ${value}`);
  if (block.kind === "checks") return block.checks.map(([text, checked]) => `${checked ? "☑" : "☐"} ${text}`);
  return [];
}
