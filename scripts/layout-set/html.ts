import type { Block, Item, LayoutDocument, Style, TableBlock } from "./description.ts";

/** A document as HTML, for producers that break lines and pages themselves. */
export function documentHtml(document: LayoutDocument, style: Style): string {
  return `<html><head><meta charset="utf-8"><style>${css(document, style)}</style></head><body>${document.blocks.map(blockHtml).join("\n")}</body></html>`;
}

function css({ language }: LayoutDocument, style: Style): string {
  const family =
    language === "thai" || style.latin === "sarabun" ? "Sarabun" : style.latin === "times" ? "Times" : "Helvetica";
  const weight = style.boldHeadings ? "bold" : "normal";
  const sizes = style.headings.map(
    (size, at) => `h${at + 1} { font-size: ${size}em; font-weight: ${weight}; margin: 0.6em 0 0.35em }`,
  );
  return `@page { size: A4; margin: ${style.marginPt}pt }
body { font-family: ${family}; font-size: ${style.body}pt; line-height: ${style.lineHeight}; margin: 0 }
${sizes.join("\n")}
p, ul, ol, table, pre { margin: 0 0 0.6em } td, th { padding: 3pt 4pt; vertical-align: top; font-weight: normal }
th { font-weight: ${weight} } table { border-collapse: collapse; width: 100%; page-break-inside: avoid; line-height: 1.25 }
.ruled td, .ruled th { border: 0.6pt solid black } .horizontal td, .horizontal th { border-top: 0.6pt solid black; border-bottom: 0.6pt solid black }
.boxed { border: 0.6pt solid black } .boxed th, .boxed td { border-left: 0.6pt solid black } .boxed th { border-bottom: 0.6pt solid black }
.headed th { border-top: 0.6pt solid black; border-bottom: 0.6pt solid black }
.zebra tr:nth-child(odd) { background: #eeeeee }
pre { font-family: Courier, monospace; font-size: 0.9em; margin-left: 12pt }
.columns { display: table; table-layout: fixed; width: 100% } .columns > div { display: table-cell; padding-right: 18pt }
.item { padding-left: 3em; text-indent: -2em } .deep { padding-left: 5em }`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const safe = (text: string) => text.replaceAll(/[&<>]/g, (sign) => entities[sign] ?? sign);

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level} style="text-align: ${block.align ?? "left"}">${safe(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p style="text-align: ${block.align ?? "left"}; text-indent: ${block.indent ?? 0}pt">${safe(block.text)}</p>`;
    case "lines":
      return `<p style="margin-left: ${100 * (block.left ?? 0)}%; text-align: ${block.align ?? "left"}">${block.lines.map(safe).join("<br>")}</p>`;
    case "list":
      return listHtml(block.items, 0);
    case "table":
      return tableHtml(block);
    case "columns":
      return `<div class="columns">${block.columns.map((blocks) => `<div>${blocks.map(blockHtml).join("")}</div>`).join("")}</div>`;
    case "fields":
      return tableHtml(
        {
          kind: "table",
          rows: pairs(block.fields, block.across),
          widths: pairs(block.fields, block.across)[0]?.map(() => 1) ?? [],
          rules: "none",
        },
        "td",
      );
    case "checks":
      return "";
    case "code":
      return `<pre>${block.lines.map(safe).join("\n")}</pre>`;
    case "link":
      return `<p>${safe(block.before)}<a href="${safe(block.url)}">${safe(block.text)}</a>${safe(block.after)}</p>`;
    case "contents":
      return block.entries.map(([text, page]) => `<p>${safe(text)} ${".".repeat(40)} ${page}</p>`).join("");
    case "footnotes":
      return block.notes.map((note) => `<p style="font-size: 0.8em">${safe(note)}</p>`).join("");
    case "space":
      return `<div style="height: ${block.points}pt"></div>`;
    case "page-break":
      return `<div style="page-break-before: always"></div>`;
  }
}

function pairs(fields: readonly (readonly [string, string])[], across: number): string[][] {
  return Array.from({ length: Math.ceil(fields.length / across) }, (_, at) =>
    fields.slice(at * across, (at + 1) * across).flat(),
  );
}

/** Bullets and arabic numbers are lists; other numbers and letters are paragraphs that hang. */
function listHtml(items: readonly Item[], depth: number): string {
  let html = "";
  for (let at = 0; at < items.length; ) {
    const item = items[at];
    if (item === undefined) break;
    const kind = /^\d{1,3}\.$/.test(item.marker) ? "ol" : item.marker === "•" || item.marker === "–" ? "ul" : undefined;
    if (kind === undefined) {
      html += `<p class="item${(item.depth ?? 0) > 0 ? " deep" : ""}">${item.marker} ${safe(item.text)}</p>`;
      at += 1;
      continue;
    }
    html += `<${kind}>`;
    while (at < items.length) {
      const own = items[at];
      if (own === undefined || (own.depth ?? 0) < depth || (kind === "ol") !== /^\d{1,3}\.$/.test(own.marker)) break;
      let end = at + 1;
      while (end < items.length && (items[end]?.depth ?? 0) > depth) end += 1;
      const inner = items.slice(at + 1, end);
      html += `<li>${safe(own.text)}${inner.length > 0 ? listHtml(inner, depth + 1) : ""}</li>`;
      at = end;
    }
    html += `</${kind}>`;
  }
  return html;
}

function tableHtml({ rows, rules, align = [], merged = [], widths }: TableBlock, headTag = "th"): string {
  const total = widths.reduce((sum, share) => sum + share, 0);
  const html = rows.map((row, rowAt) => {
    const cells = row.map((cell, column) => {
      const span = merged.find(([at, first]) => at === rowAt && first === column)?.[2] ?? 1;
      const covered = merged.some(([at, first, count]) => at === rowAt && column > first && column < first + count);
      if (covered) return "";
      const tag = rowAt === 0 || (merged.length > 0 && rowAt === 1) ? headTag : "td";
      const width = (100 * widths.slice(column, column + span).reduce((sum, share) => sum + share, 0)) / total;
      return `<${tag}${span > 1 ? ` colspan="${span}"` : ""} style="text-align: ${span > 1 ? "center" : (align[column] ?? "left")}; width: ${width.toFixed(1)}%">${safe(cell)}</${tag}>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<table class="${rules}">${html.join("")}</table>`;
}
