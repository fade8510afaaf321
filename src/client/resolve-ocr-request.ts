import type { OcrFields } from "./ocr-request.ts";
import { OcrSettingsError } from "./ocr-settings-error.ts";
import { noteUnknownNames, parameterSources, profileSources, readParameters } from "./profile-row.ts";
import { activePrompt, readContextTags, readTagNames, readTemplate } from "./prompt-row.ts";
import { isHeld, type Row } from "./row.ts";

type Given = number | string | null | undefined;

/** What wins over the rows: fields of the request, and parameters flat or as `runtimeParams`. null = no override. */
export interface OcrOverrides extends Omit<OcrFields, "runtimeParams" | "dmsTags"> {
  /** As in the request, or as JSON text; an empty list or object means the service's default tags. */
  dmsTags?: OcrFields["dmsTags"] | string;
  /** An object, or JSON text of one. */
  runtimeParams?: Readonly<Record<string, unknown>> | string | null | undefined;
  temperature?: Given;
  topP?: Given;
  topK?: Given;
  repeatPenalty?: Given;
  maxTokens?: Given;
  numCtx?: Given;
  seed?: Given;
}

/** Where a request's fields come from. Rows are taken as the driver gives them. */
export interface OcrSettings {
  /** The row `ocr-extract` of `ai_execution_profiles`; null when there is none. */
  profile: Readonly<Record<string, unknown>> | null | undefined;
  /** The active row `ocr_extraction` of `ai_prompts`; null when there is none. */
  prompt: Readonly<Record<string, unknown>> | null | undefined;
  overrides?: OcrOverrides | null | undefined;
}

export interface ResolvedOcrRequest {
  /** Spread them into a request: `client.ocrUpload({ file, ...fields })`. */
  fields: OcrFields;
  /** What was dropped and why, for the log; holds no prompt text. */
  notes: string[];
}

/**
 * The fields of a request from the settings in the database. Overrides win over the profile's own columns, these
 * over its one JSON column (`parameters`, `runtime_params` or `runtimeParams`); each parameter may stand in snake
 * or camel case. Nothing is defaulted here: what no source holds is left out, so that the Modelfile decides.
 *
 * - A number that is none, not finite or out of range is an error that names column and value: an operator wrote
 *   it and must learn that it has no effect.
 * - `keep_alive` is dropped with a note: the service refuses it, and rows of the past hold it.
 * - Other names in the JSON column are dropped with a note: the service would refuse the whole request for them.
 *
 * @throws OcrSettingsError
 */
export function resolveOcrRequest({ profile, prompt, overrides }: OcrSettings): ResolvedOcrRequest {
  const notes: string[] = [];
  const given: Row = { ...overrides };
  const overriding = parameterSources("overrides", given);
  const inProfile = profile ? profileSources(profile) : [];
  if (!profile) notes.push("There is no profile row: the model's own parameters apply.");
  const runtimeParams = readParameters([...overriding, ...inProfile], notes);
  // The first source of each is a whole row, whose other columns are nobody's mistake.
  noteUnknownNames([...overriding.slice(1), ...inProfile.slice(1)], notes);

  const row = activePrompt(prompt);
  const systemPrompt = overrides?.systemPrompt ?? (row ? readTemplate(row) : undefined);
  if (systemPrompt === undefined) throw noActivePrompt(prompt);
  if (!isHeld(systemPrompt)) {
    throw new OcrSettingsError("blank_prompt", "overrides.systemPrompt", systemPrompt, "is empty; write the prompt.");
  }
  const dmsTags = readTagNames("overrides.dmsTags", overrides?.dmsTags) ?? (row ? readContextTags(row) : undefined);

  const fields: OcrFields = { systemPrompt };
  if (dmsTags !== undefined && dmsTags.length > 0) fields.dmsTags = dmsTags;
  if (Object.keys(runtimeParams).length > 0) fields.runtimeParams = runtimeParams;
  return { fields: { ...fields, ...plainOverrides(overrides) }, notes };
}

/** The fields that no row holds. */
function plainOverrides(overrides: OcrOverrides | null | undefined): OcrFields {
  const { engine, maxPages, pages, includePages, onPageError, textLayerFormat } = overrides ?? {};
  const named = { engine, maxPages, pages, includePages, onPageError, textLayerFormat };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => isHeld(value)));
}

function noActivePrompt(prompt: OcrSettings["prompt"]): OcrSettingsError {
  const why = prompt ? "the prompt row is switched off" : "there is no active row ocr_extraction";
  return new OcrSettingsError("no_active_prompt", "ai_prompts", prompt ?? null, `${why}; activate a version of it.`);
}
