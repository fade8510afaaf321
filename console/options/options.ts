import { OcrSettingsError } from "../../src/client/ocr-settings-error.ts";
import { parameterSources, readParameters } from "../../src/client/profile-row.ts";
import { readTagNames } from "../../src/client/prompt-row.ts";
import { resolveOcrRequest } from "../../src/client/resolve-ocr-request.ts";
import { type ParameterName, parameterNames } from "../../src/client/sampling-parameters.ts";
import type { OcrFields } from "../../src/client.ts";
import type { Order } from "../reading/documents.ts";

/** The form as it stands: every field is text, an empty one leaves the choice to the service. */
export interface Options {
  engine: string;
  pages: string;
  maxPages: string;
  textLayerFormat: string;
  onPageError: string;
  systemPrompt: string;
  /** Names, separated by commas or blanks. */
  dmsTags: string;
  parameters: Readonly<Record<ParameterName, string>>;
  /** JSON of a row of `ai_execution_profiles`. */
  profileRow: string;
  /** JSON of a row of `ai_prompts`. */
  promptRow: string;
}

const empty = "";

export const emptyOptions: Options = {
  engine: empty,
  pages: empty,
  maxPages: empty,
  textLayerFormat: empty,
  onPageError: empty,
  systemPrompt: empty,
  dmsTags: empty,
  parameters: {
    temperature: empty,
    top_p: empty,
    top_k: empty,
    repeat_penalty: empty,
    max_tokens: empty,
    num_ctx: empty,
    seed: empty,
  },
  profileRow: empty,
  promptRow: empty,
};

export type Resolved = ({ ok: true } & Order) | { ok: false; problem: string };

/**
 * The request behind the form. Rows of the database are resolved as the backend does it, by the typed client, with
 * the form's fields as overrides; without rows only what the form holds is sent. What is wrong is said in the client's
 * words, or is left for the service to say.
 */
export function resolveOptions(options: Options): Resolved {
  try {
    const overrides = overridesOf(options);
    const [profile, prompt] = [
      rowOf("ai_execution_profiles", options.profileRow),
      rowOf("ai_prompts", options.promptRow),
    ];
    if (profile !== undefined || prompt !== undefined)
      return { ok: true, ...resolveOcrRequest({ profile, prompt, overrides }) };
    const notes: string[] = [];
    const { dmsTags, runtimeParams, ...plain } = overrides;
    const fields: OcrFields = { ...plain };
    const tags = readTagNames("dmsTags", dmsTags);
    if (tags !== undefined) fields.dmsTags = tags;
    const parameters = readParameters(parameterSources("parameters", runtimeParams ?? {}), notes);
    if (Object.keys(parameters).length > 0) fields.runtimeParams = parameters;
    return { ok: true, fields, notes };
  } catch (error) {
    if (error instanceof OcrSettingsError) return { ok: false, problem: error.message };
    throw error;
  }
}

interface Overrides extends Omit<OcrFields, "runtimeParams" | "dmsTags"> {
  dmsTags?: readonly string[];
  runtimeParams?: Readonly<Record<string, unknown>>;
}

/** What the form holds, and nothing else. */
function overridesOf(options: Options): Overrides {
  const overrides: Overrides = {};
  const { engine, pages, onPageError, textLayerFormat, maxPages } = options;
  if (engine !== "") overrides.engine = engine;
  if (pages.trim() !== "") overrides.pages = pages.trim();
  if (maxPages.trim() !== "") overrides.maxPages = countOf(maxPages);
  if (onPageError === "skip" || onPageError === "fail") overrides.onPageError = onPageError;
  if (textLayerFormat === "plain" || textLayerFormat === "markdown") overrides.textLayerFormat = textLayerFormat;
  if (options.systemPrompt.trim() !== "") overrides.systemPrompt = options.systemPrompt;
  const tags = options.dmsTags.split(/[\s,]+/).filter((tag) => tag !== "");
  if (tags.length > 0) overrides.dmsTags = tags;
  const given = parameterNames.filter((name) => options.parameters[name].trim() !== "");
  if (given.length > 0)
    overrides.runtimeParams = Object.fromEntries(given.map((name) => [name, options.parameters[name]]));
  return overrides;
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new OcrSettingsError("invalid_number", "maxPages", text, "must be a whole number of at least 0.");
}

/** A row pasted as JSON; a list, as clients of databases export it, is taken for its only row. */
function rowOf(place: string, text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new OcrSettingsError("invalid_json", place, text, "is not JSON; paste the row as one object.");
  }
  const row: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (isRecord(row)) return row;
  throw new OcrSettingsError("invalid_json", place, text, "must be one row as a JSON object.");
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The form as it was left in this tab; what does not fit any more is empty. */
export function restoreOptions(stored: string | null): Options {
  let held: unknown;
  try {
    held = JSON.parse(stored ?? "{}");
  } catch {
    return emptyOptions;
  }
  if (!isRecord(held)) return emptyOptions;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const parameters = isRecord(held.parameters) ? held.parameters : {};
  return {
    engine: text(held.engine),
    pages: text(held.pages),
    maxPages: text(held.maxPages),
    textLayerFormat: text(held.textLayerFormat),
    onPageError: text(held.onPageError),
    systemPrompt: text(held.systemPrompt),
    dmsTags: text(held.dmsTags),
    parameters: {
      temperature: text(parameters.temperature),
      top_p: text(parameters.top_p),
      top_k: text(parameters.top_k),
      repeat_penalty: text(parameters.repeat_penalty),
      max_tokens: text(parameters.max_tokens),
      num_ctx: text(parameters.num_ctx),
      seed: text(parameters.seed),
    },
    profileRow: text(held.profileRow),
    promptRow: text(held.promptRow),
  };
}
