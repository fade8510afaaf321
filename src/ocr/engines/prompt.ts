import type { EngineRequest } from "./page-engine.ts";

/** The tags that are extracted when the caller names none. */
const defaultTags: readonly string[] = ["document_number", "document_date", "received_date"];

/**
 * The fixed instruction of the OCR model (Typhoon OCR 1.5, which was tuned on one wording of this sense and
 * order: plain Markdown, everything on the page, then the formatting rules). `OCR_TASK_PROMPT_FILE` replaces it.
 */
export const builtInTaskPrompt = `Extract all text from the image.

Instructions:
- Only return the clean Markdown.
- Do not include any explanation or extra text.
- You must include all information on the page.

Formatting Rules:
- Tables: Render tables using <table>...</table> in clean HTML format.
- Equations: Render equations using LaTeX syntax with inline ($...$) and block ($$...$$).
- Images/Charts/Diagrams: Wrap any clearly defined visual areas (e.g. charts, diagrams, pictures) in:

<figure>
Describe the main elements of the picture (people, objects, text), its context and the meaning of any visible text, then give a concise summary. Describe in Thai.
</figure>

- Page Numbers: Wrap page numbers in <page_number>...</page_number> (e.g., <page_number>14</page_number>).
- Checkboxes: Use ☐ for unchecked and ☑ for checked boxes.`;

/** The tags that a page is searched for: undefined or empty means the default ones. */
export const tagNames = (tags: readonly string[] | undefined): readonly string[] =>
  tags === undefined || tags.length === 0 ? defaultTags : [...new Set(tags)];

/**
 * The user message for one page: the task instruction, then what to do for each tag. A tag's name is spelled
 * out for the model (`document_number`, `documentNumber` → "document number").
 */
export function buildPrompt(
  taskPrompt: string,
  { dmsTags, withoutTags }: Pick<EngineRequest, "dmsTags" | "withoutTags">,
): string {
  if (withoutTags === true) return taskPrompt.trimEnd();
  const rules = tagNames(dmsTags).map((name) => `- Wrap the ${spellOut(name)} in <${name}>...</${name}>.`);
  return `${taskPrompt.trimEnd()}\n\nDocument Fields:\n${rules.join("\n")}\n- A field that is not found on the page gets no tag.`;
}

function spellOut(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim()
    .toLowerCase();
}

const placeholder = /\{\{\s*[\w.]+\s*\}\}/;

/** Whether a system prompt still holds a placeholder such as `{{ocr_text}}` that nobody filled in. */
export const hasPlaceholder = (systemPrompt: string): boolean => placeholder.test(systemPrompt);
