import { invalidField } from "../answers/faults.ts";
import { invalidRequest } from "../answers/problem.ts";
import { booleanOf, numberOf } from "./field-text.ts";
import { type OcrFields, ocrFields, parameterNames } from "./ocr-fields.ts";
import { unknownFieldWarnings } from "./unknown-fields.ts";

/** Fields that hold JSON text. */
const jsonFields = ["dmsTags", "dms_tags", "runtimeParams", "runtime_params"] as const;

/** Single overrides, with the name each has among the runtime parameters. */
const overrides = {
  temperature: "temperature",
  topP: "top_p",
  repeatPenalty: "repeat_penalty",
  maxTokens: "max_tokens",
} as const;

const plainFields = ["engine", "pages", "systemPrompt", "system_prompt", "onPageError", "textLayerFormat"] as const;

export interface ParsedForm {
  fields: OcrFields;
  /** What is to be said of fields that nobody knows. */
  warnings: string[];
}

/**
 * The fields of a form as the fields of a request. An empty field is an absent one, but for the system prompt,
 * whose blankness is an error of its own. Single overrides win over `runtimeParams`, because the backend sends both.
 *
 * @throws SidecarError `invalid_request`, `invalid_json` naming the field
 */
export function parseOcrForm(form: ReadonlyMap<string, string>): ParsedForm {
  const known = new Set<string>();
  const given = (name: string) => {
    known.add(name);
    const value = form.get(name);
    return value === undefined || (value.trim() === "" && !name.startsWith("system")) ? undefined : value;
  };
  const record: Record<string, unknown> = { keep_alive: given("keep_alive") };
  for (const name of plainFields) record[name] = given(name);
  record.maxPages = numberOf("maxPages", given("maxPages"));
  for (const name of ["includePages", "deltas"]) record[name] = booleanOf(name, given(name));
  for (const name of jsonFields) record[name] = jsonOf(name, given(name));
  const parsed = ocrFields.safeParse(applyOverrides(record, given));
  if (!parsed.success) throw invalidRequest(parsed.error);
  const unknown = [...form].flatMap(([name, value]) => (known.has(name) || value.trim() === "" ? [] : [name]));
  const warnings = unknownFieldWarnings(unknown, { fields: [...known], parameters: parameterNames });
  return { fields: parsed.data, warnings };
}

function applyOverrides(
  record: Record<string, unknown>,
  given: (name: string) => string | undefined,
): Record<string, unknown> {
  const single = Object.entries(overrides).flatMap(([field, name]) => {
    const value = numberOf(field, given(field));
    return value === undefined ? [] : [[name, value] as const];
  });
  if (single.length === 0) return record;
  const spelling = (record.runtime_params ?? undefined) === undefined ? "runtimeParams" : "runtime_params";
  const held = record[spelling] ?? {};
  if (!isRecord(held)) return record;
  const params = { ...held };
  // The override takes the place of both spellings, or it would collide with the one it wins over.
  if (single.some(([name]) => name === "repeat_penalty")) delete params.repetition_penalty;
  return { ...record, [spelling]: { ...params, ...Object.fromEntries(single) } };
}

function jsonOf(field: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw invalidField(field, `${field} is not valid JSON`, { code: "invalid_json" });
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
