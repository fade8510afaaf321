/** Rows of cells as a Markdown table whose first row is the head. Rows without text are left out. */
export function pipeTable(rows: readonly (readonly string[])[]): string {
  const filled = rows.filter((row) => row.some((cell) => cell !== ""));
  const [head, ...body] = filled.map((row) => `| ${row.map(escapeCell).join(" | ")} |`);
  if (head === undefined) return "";
  return [head, `|${" --- |".repeat(filled[0]?.length ?? 0)}`, ...body].join("\n");
}

const escapeCell = (cell: string) => cell.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
